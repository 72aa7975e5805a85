// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Made by tools/dev/fit_special.py: change that. Polynomials have their highest coefficient first.

#ifndef WG_LOWERING_SPECIALCOEFFICIENTS_H
#define WG_LOWERING_SPECIALCOEFFICIENTS_H

namespace wg::lowering::coefficients {

constexpr double lgammaTail = 8, digammaTail = 6, besselTail = 8;

// lgamma(2 + t) / t, -3/4 <= t <= 1/2
constexpr double lgammaAt2_32[] = {
    -0x1.d6eabdd963b3fp-14, 0x1.7f8a63aad641ep-14, -0x1.7d70565e874c8p-13, 0x1.105bedd5e3d00p-11,
    -0x1.3b2e23e257924p-10, 0x1.7a9246a129d94p-9,  -0x1.e3f4db2f5812dp-8,  0x1.5132e0a34fc8cp-6,
    -0x1.13e00b53bfb75p-4,  0x1.4a34cc1358ef9p-2,  0x1.b0ee6075fad8bp-2,
};

// a times Stirling's remainder, z = 1 / a^2 <= 1/64
constexpr double stirling32[] = {
    0x1.98f67cdcb9d5ep-11,
    -0x1.6c1418d1ccb0dp-9,
    0x1.555555509cd40p-4,
};

// (sin(pi r) / (pi r) - 1) / z, z = r^2 <= 1/4
constexpr double sinPi32[] = {
    -0x1.27935a1917e8cp-9, 0x1.ac1505939280bp-6, -0x1.86a7f7f317689p-3, 0x1.9f9cb22a548d1p-1, -0x1.a51a66240238ap+0,
};

// (pi r cot(pi r) - 1) / z, z = r^2 <= 1/4
constexpr double cotPi32[] = {
    -0x1.bde5a4a28a3a8p+2, 0x1.bde1a2a367d41p-1,  -0x1.66d2ae6dd4993p+1, -0x1.dffcb5301b9ddp+0, -0x1.01b2c1e82362bp+1,
    -0x1.00f8ceee8d059p+1, -0x1.04710cc451db5p+1, -0x1.15132192c1c00p+1, -0x1.a51a66259ff69p+1,
};

// digamma(x) / (x - root), t = x - 1.5
constexpr double digammaCentre32[] = {
    -0x1.ea009c96737f3p-8, 0x1.6fc2a8cc1ee58p-7, -0x1.708afcc34f540p-7, 0x1.1523973099fbep-6,
    -0x1.bb6bba9c1d8b7p-6, 0x1.4f00033578b98p-5, -0x1.fb3912e2595f9p-5, 0x1.850a9b11ed80ep-4,
    -0x1.2feefae001d2ep-3, 0x1.eca1a0a5664dep-3, -0x1.b1cb62f991d8ep-2, 0x1.e6f0cbb359415p-1,
};

// (log x - 1 / (2 x) - digamma(x)) / z, z = 1 / x^2 <= 1/36
constexpr double digammaTail32[] = {
    0x1.f292751d6db90p-9,
    -0x1.1102eacef154dp-7,
    0x1.555554a2f054ap-4,
};

// (I0(x) / (x/2)^0 - 1) / z, z = x^2 / 4 <= 16
constexpr double besselI0_32[] = {
    0x1.4b5dc5aa43231p-50, 0x1.e82372e59e021p-45, 0x1.1c5f20950b6c7p-37, 0x1.4e7dcd7395348p-31,
    0x1.52aa413d73531p-25, 0x1.02dd3c0401ddep-19, 0x1.23469b1807c57p-14, 0x1.c71c4b20422ecp-10,
    0x1.c71c7443977cbp-6,  0x1.ffffffe01e038p-3,  0x1.00000000437aap+0,
};

// sqrt(x) e^-x I0(x), t = 16 / x - 1
constexpr double besselTail0_32[] = {
    0x1.20ede94d34bdep-25, 0x1.d49747a145d29p-24, 0x1.463d010b3e4a0p-22, 0x1.8c11e9e2c5df0p-20,
    0x1.75d91e60aa877p-17, 0x1.1dab29fa3a14ep-13, 0x1.b8796a2484ee8p-9,  0x1.9bd428ac75fd1p-2,
};

// (I1(x) / (x/2)^1 - 1) / z, z = x^2 / 4 <= 16
constexpr double besselI1_32[] = {
    0x1.c5bf5fdb46575p-47, 0x1.3428d878ab53dp-41, 0x1.3eefbeec93e88p-34, 0x1.4ed1cc4a32afep-28, 0x1.2844bfde2a183p-22,
    0x1.844f92b6c3621p-17, 0x1.6c17c29bef8ddp-12, 0x1.c71c5d97ce0eep-8,  0x1.555555f24c2a6p-4,  0x1.fffffffcdbf5ap-2,
};

// sqrt(x) e^-x I1(x), t = 16 / x - 1
constexpr double besselTail1_32[] = {
    -0x1.452e4764e49e5p-25, -0x1.08893a744e8a6p-23, -0x1.7cfc0d8e4b86fp-22, -0x1.e9e58599225d8p-20,
    -0x1.f88f405d331b0p-17, -0x1.cbc62cce289f4p-13, -0x1.3f7961b35d006p-7,  0x1.8ebe783b59c09p-2,
};

// (1 + 2x) e^(x^2) erfc(x), t = (x - 3.75) / (x + 3.75), 1/2 <= x
constexpr double erfcTail32[] = {
    -0x1.2e1c6052a35e8p-12, 0x1.595400a06eba9p-12, 0x1.cd69118460687p-10, -0x1.3fb92bede4997p-7,
    0x1.d0a9ec8ec1b8fp-6,   -0x1.e0cd98f8e957fp-5, 0x1.7a1440dbe56f8p-4,  -0x1.bda950ffedea1p-4,
    0x1.510168a2ecad3p-4,   0x1.d5f2b27b5c54ep-9,  -0x1.1f3676845c0e9p-3, 0x1.3ccda0b5c3c7ep+0,
};

// lgamma(2 + t) / t, -3/4 <= t <= 1/2
constexpr double lgammaAt2_64[] = {
    -0x1.35d5612e63f91p-23, -0x1.4be2dd5dc10bcp-24, -0x1.2a5b20e239869p-26, 0x1.898ec57886ec7p-22,
    -0x1.e509451540b0ep-22, 0x1.d77a62aeea05fp-21,  -0x1.13960c8b933a1p-19, 0x1.26fc3dbdab015p-18,
    -0x1.3c8b21a9730bcp-17, 0x1.57ff8172348afp-16,  -0x1.78e0b12948136p-15, 0x1.a1280aa66f561p-14,
    -0x1.d3fd3d1a89e04p-13, 0x1.0b36aedce2e86p-11,  -0x1.38ac5c4774c6fp-10, 0x1.7add6eaf2045bp-9,
    -0x1.e404fc215f01bp-8,  0x1.51322ac7d78d7p-6,   -0x1.13e001a557688p-4,  0x1.4a34cc4a60fa7p-2,
    0x1.b0ee6072093cep-2,
};

// a times Stirling's remainder, z = 1 / a^2 <= 1/64
constexpr double stirling64[] = {
    -0x1.b1382377d788ap-10, 0x1.b6fa4852c5f70p-11, -0x1.380ebd7243e93p-11,
    0x1.a019fd3406f01p-11,  -0x1.6c16c16bb630dp-9, 0x1.5555555555553p-4,
};

// (sin(pi r) / (pi r) - 1) / z, z = r^2 <= 1/4
constexpr double sinPi64[] = {
    0x1.080d6f89e0a7bp-22, -0x1.d3f28cd7ed530p-18, 0x1.3746c57917ca7p-13, -0x1.33816a0620ac5p-9,
    0x1.ac6805cdf308ap-6,  -0x1.86a8e4720c749p-3,  0x1.9f9cb402bc45dp-1,  -0x1.a51a6625307d3p+0,
};

// (pi r cot(pi r) - 1) / z, z = r^2 <= 1/4
constexpr double cotPi64[] = {
    -0x1.26457ffdfaa47p+4, 0x1.26457ffd5a6e4p+4,  -0x1.de30f00078924p+3, 0x1.949f8fbd12944p+1,
    -0x1.b3f276dcbfa7bp+1, -0x1.ba44fc1ce8e5fp+0, -0x1.04e5580dc28fap+1, -0x1.ff003eac2d7eap+0,
    -0x1.000a799f06c14p+1, -0x1.0003843258264p+1, -0x1.001025408002cp+1, -0x1.00412e17c3739p+1,
    -0x1.010b36afec0e5p+1, -0x1.0470984c08617p+1, -0x1.151322ac7d851p+1, -0x1.a51a6625307d3p+1,
};

// digamma(x) / (x - root), t = x - 1.5
constexpr double digammaCentre64[] = {
    0x1.f255c4568ac4dp-14, -0x1.75c084e78a4cdp-13, 0x1.94e73cc9821e1p-14, -0x1.2fae5cb379bf2p-13,
    0x1.53b23429da21bp-12, -0x1.fd8e50abf2196p-12, 0x1.6a3e76070c135p-11, -0x1.0fb38d217b800p-10,
    0x1.99d3f5c0cad5ep-10, -0x1.336dbe66757c8p-9,  0x1.cd2011454fd05p-9,  -0x1.5a06a5d662cb4p-8,
    0x1.03c0adafa529cp-7,  -0x1.863563f44f303p-7,  0x1.2564717896ec6p-6,  -0x1.b9f8b11bfd3d0p-6,
    0x1.4de9aa1779d23p-5,  -0x1.fb44202a2306bp-5,  0x1.8512e5903903ep-4,  -0x1.2feeeb98a78eap-3,
    0x1.eca189b8e6f6dp-3,  -0x1.b1cb63005ee98p-2,  0x1.e6f0cbb873616p-1,
};

// (log x - 1 / (2 x) - digamma(x)) / z, z = 1 / x^2 <= 1/36
constexpr double digammaTail64[] = {
    -0x1.d699bd9c4f226p-3, 0x1.33f3b4a3cae63p-4, -0x1.56b06b7e04f96p-6, 0x1.f05736e14aa62p-8,
    -0x1.1110d0066019ap-8, 0x1.041040cb27e95p-8, -0x1.1111111107826p-7, 0x1.5555555555554p-4,
};

// (I0(x) / (x/2)^0 - 1) / z, z = x^2 / 4 <= 16
constexpr double besselI0_64[] = {
    0x1.2069052b0b501p-80, 0x1.0d6a26a87e4bcp-73, 0x1.f3ce33d9e3b74p-66, 0x1.40852a1bdf9fbp-58, 0x1.69eac23652b1dp-51,
    0x1.55fedb223c9d2p-44, 0x1.0b315b8692d2bp-37, 0x1.522a407351c9ap-31, 0x1.522a442ca7776p-25, 0x1.02e85c06594fcp-19,
    0x1.23456789cad8fp-14, 0x1.c71c71c71a6dep-10, 0x1.c71c71c71c835p-6,  0x1.ffffffffffff8p-3,  0x1.0000000000000p+0,
};

// sqrt(x) e^-x I0(x), t = 16 / x - 1
constexpr double besselTail0_64[] = {
    0x1.6e48b56608f90p-36, -0x1.03b4aa8a9e407p-34, -0x1.4b4eae130efc2p-33, 0x1.ec7656d43152ap-32,
    0x1.1998ba2c8ef47p-31, -0x1.b5e3e7f99d058p-30, -0x1.3ab3b1c19a518p-30, 0x1.ee943d682b9f4p-29,
    0x1.2159f0c508719p-29, -0x1.9683a45b51615p-28, -0x1.0c5d8b2e86f47p-28, 0x1.fcf3dd682ab36p-28,
    0x1.09d8aa3fc68b0p-27, -0x1.72b4495699537p-28, -0x1.ceb2c3f3c2085p-27, -0x1.cfe4f8bebe7e4p-28,
    0x1.03fa571f405c2p-27, 0x1.723509510cd4ap-26,  0x1.51cb3832a6046p-25,  0x1.7d0f0727d6a9dp-24,
    0x1.3f49af1ca6576p-22, 0x1.8e513a7ddffecp-20,  0x1.75e5ee6fabb85p-17,  0x1.1daa72b5e22b2p-13,
    0x1.b87969bb93bd2p-9,  0x1.9bd428ad249a5p-2,
};

// (I1(x) / (x/2)^1 - 1) / z, z = x^2 / 4 <= 16
constexpr double besselI1_64[] = {
    0x1.18be74abc7634p-84, 0x1.2645a1df6278ep-77, 0x1.1c36d151fe25ep-69, 0x1.8ad126c06d494p-62, 0x1.e2811d44a152bp-55,
    0x1.f1742082aee8fp-48, 0x1.ab8210355a0f4p-41, 0x1.2c97573d1a3e7p-34, 0x1.522a440f55384p-28, 0x1.27e4fb76812bfp-22,
    0x1.845c8a0cf35b3p-17, 0x1.6c16c16c164acp-12, 0x1.c71c71c71c75dp-8,  0x1.5555555555554p-4,  0x1.0000000000000p-1,
};

// sqrt(x) e^-x I1(x), t = 16 / x - 1
constexpr double besselTail1_64[] = {
    -0x1.5a29b473f1663p-36, 0x1.0ddc7620a9205p-34,  0x1.37bea5c8dbcccp-33,  -0x1.fff33f3b3e75ap-32,
    -0x1.07d06c81c1d24p-31, 0x1.c7aed1ee533f7p-30,  0x1.268bd450a314cp-30,  -0x1.01ef463d9c576p-28,
    -0x1.11c9f66d690fcp-29, 0x1.aa440cf09ce30p-28,  0x1.05656ba38c1b6p-28,  -0x1.0e2bb88351649p-27,
    -0x1.0c96c7afcb02cp-27, 0x1.99d190fe908dap-28,  0x1.e413f0678e137p-27,  0x1.ceff3cea7c3a4p-28,
    -0x1.21f47a4eb566bp-27, -0x1.9191ff33370adp-26, -0x1.727702ec186d3p-25, -0x1.ad8d43e5d60bep-24,
    -0x1.7613865ea6e9ap-22, -0x1.ec8e107bd7eaap-20, -0x1.f89c230446f74p-17, -0x1.cbc54df1e894cp-13,
    -0x1.3f796198ee63fp-7,  0x1.8ebe783a84030p-2,
};

// (1 + 2x) e^(x^2) erfc(x), t = (x - 3.75) / (x + 3.75), 1/2 <= x
constexpr double erfcTail64[] = {
    -0x1.83752a92529c3p-29, 0x1.a77fbce501202p-26, 0x1.7ca4b56803c56p-26,  -0x1.02469feb80891p-22,
    -0x1.e605e8fface5dp-25, 0x1.d28d9ece83670p-20, -0x1.055f130b5bb8fp-20, -0x1.7fc9ac3ceddaep-17,
    0x1.778b52e5b3d65p-16,  0x1.b13f75fcbd76bp-15, -0x1.303fa17b20856p-12, 0x1.33fb42f808fbfp-12,
    0x1.cc3a0e438b6b5p-10,  -0x1.3f603c5200febp-7, 0x1.d0b0037da1e24p-6,   -0x1.e0d0fa6d73e4ap-5,
    0x1.7a14188a9a287p-4,   -0x1.bda9309a2b2b4p-4, 0x1.510169d0967dfp-4,   0x1.d5f294815b0d0p-9,
    -0x1.1f367683f89a7p-3,  0x1.3ccda0b5d5dc2p+0,
};

// erfinv(x)/x over w - 3.125, w = -log(1 - x^2) < 6.25
constexpr double erfInvCentre32[] = {
    -0x1.ba4bd489b0ae3p-37, 0x1.9045cc6812842p-38,  0x1.1ce156a911d71p-30,  -0x1.469b2f663f0ecp-28,
    -0x1.f182dacb24183p-26, 0x1.ca78c802ae73dp-22,  -0x1.6ea28e57c5bbcp-20, -0x1.d22495ab508cap-17,
    0x1.879c68518247dp-13,  -0x1.8455de16f6b49p-11, -0x1.8b6c33c22c534p-8,  0x1.ebd80d1262ef0p-3,
    0x1.a755e7c99ae86p+0,
};

// over sqrt(w) - 3.25, 6.25 <= w < 16.7
constexpr double erfInvTail32[] = {
    -0x1.31e9118014878p-15, 0x1.598fb9e32e818p-14,  0x1.d31969586a146p-17, -0x1.7c1e0be2fefb1p-12,
    0x1.f5e631b4eb12ap-11,  -0x1.ba118c07d1382p-10, 0x1.4677aab379fccp-9,  -0x1.ebb4d4d52f06ep-9,
    0x1.5ffdb6b799e99p-8,   0x1.0158a6f411c5ep+0,   0x1.8abcc37fec88ep+1,
};

// the positive root of digamma and what float64 leaves of it
constexpr double digammaRoot[] = {
    0x1.762d86356be3fp+0,
    0x1.b86a722197829p-54,
};

// B_2j / (2j)!, j = 1 ... 13
constexpr double bernoulli[] = {
    0x1.5555555555555p-4,  -0x1.6c16c16c16c17p-10, 0x1.1566abc011567p-15, -0x1.bbd779334ef0bp-21,
    0x1.66a8f2bf70ebep-26, -0x1.22805d644267fp-31, 0x1.d6db2c4e09162p-37, -0x1.7da4e1f79955cp-42,
    0x1.355871d652e9ep-47, -0x1.f57d968caacf1p-53, 0x1.967e1f09c376fp-58, -0x1.497d9033a2b5cp-63,
    0x1.0b132d7c6ad06p-68,
};

// c_k(eta) of DLMF 8.12.7, for a >= 200 and |eta| < 0.42
// k = 0
constexpr double temme0[] = {
    0x1.ac9475c463659p-36,  -0x1.0070a87340428p-34, -0x1.c0d9b6edf2b0bp-36, 0x1.f6e66d24d5c8ap-31,
    -0x1.2d2197c7a2faap-28, 0x1.6097d55c37c1cp-27,  0x1.ccf5ceb7f0d9fp-28,  -0x1.7b5f9a2d0465cp-23,
    0x1.bd6d21e4b4109p-21,  -0x1.f1b22f594c6b5p-20, -0x1.255370652afc1p-19, 0x1.48c5892f7cd83p-15,
    -0x1.76e06fec7273bp-13, 0x1.71de3a556c734p-12,  0x1.2f684bda12f68p-10,  -0x1.e573ac901e574p-7,
    0x1.5555555555555p-4,   -0x1.5555555555555p-2,
};

// k = 1
constexpr double temme1[] = {
    0x1.c9b434bf3c34ep-32,  -0x1.1564ecff73d58p-30, -0x1.349fbca3a377bp-36, 0x1.9aa7a30de114cp-27,
    -0x1.ee23d0cba8aeep-25, 0x1.280f2cde3f847p-23,  0x1.3f59230a8357cp-28,  -0x1.b0bdfcc629cbap-20,
    0x1.00a9cabd6b83ep-17,  -0x1.2fa4ae89e5af0p-16, -0x1.af83440e53dbcp-22, 0x1.af83440e53dbcp-13,
    -0x1.0394f6f09e723p-10, 0x1.5ac056b015ac0p-9,   -0x1.c71c71c71c71cp-9,  -0x1.e573ac901e574p-10,
};

// k = 2
constexpr double temme2[] = {
    0x1.ac0d455e25360p-28, -0x1.e437343a46f5dp-27, 0x1.32ac81c15d3d7p-23, -0x1.522cb05171911p-21, 0x1.7058929663937p-20,
    0x1.26154ae39151dp-25, -0x1.ac2d05890f2c3p-17, 0x1.bbf43daf4fe53p-15, -0x1.c253efaa1a932p-14, 0x1.0db20a88f4696p-19,
    0x1.948b0fcd6e9e0p-11, -0x1.5f7268edab4c8p-9,  0x1.0ee643b990ee6p-8,
};

// k = 3
constexpr double temme3[] = {
    -0x1.6c2dcffbefeefp-23, 0x1.7e0201539310ep-20,  -0x1.7cd6f27b3f020p-18, 0x1.73df462204ef4p-17,
    -0x1.0152a1871f27ap-22, -0x1.3d2a3a29b5d9dp-14, 0x1.18b9b5bf2d984p-12,  -0x1.ebfb188b7ca00p-12,
    0x1.e13ce465fa859p-13,  0x1.547d93b34e2b6p-11,
};

// k = 4
constexpr double temme4[] = {
    -0x1.c71c074985d3fp-20, 0x1.7db4c02846e81p-17,  -0x1.4ce3fd902bcadp-15, 0x1.16908b48ce058p-14,
    -0x1.88f2ae1def9d0p-20, -0x1.3999a85a4237ap-12, 0x1.9b0ff6874f2c4p-11,  -0x1.c3e0b02da7bf9p-11,
};

// k = 5
constexpr double temme5[] = {
    0x1.1d1e9cb24760bp-14,  -0x1.a2042c5148e27p-13, 0x1.22be87360ef1fp-12,
    -0x1.247604839c038p-14, -0x1.6128ac5a4fa71p-12,
};

// k = 6
constexpr double temme6[] = {
    -0x1.36773bdb97b48p-11,
    0x1.168ef1b0931c8p-11,
};

// k = 7
constexpr double temme7[] = {
    0x1.691879c01efb4p-12,
};

} // namespace wg::lowering::coefficients

#endif // WG_LOWERING_SPECIALCOEFFICIENTS_H
