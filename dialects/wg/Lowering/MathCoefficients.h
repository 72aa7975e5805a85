// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Made by tools/dev/fit_math.py: change that. Polynomials have their highest coefficient first.

#ifndef WG_LOWERING_MATHCOEFFICIENTS_H
#define WG_LOWERING_MATHCOEFFICIENTS_H

namespace wg::lowering::coefficients {

// (sin r - r) / r^3 over z = r^2, |r| <= pi/4
constexpr double sin32[] = {
    0x1.6dbe0838a06e9p-19,
    -0x1.a013a793b98cep-13,
    0x1.11110def2e1c9p-7,
    -0x1.555555545e0acp-3,
};

// (cos r - 1 + z/2) / z^2 over z = r^2
constexpr double cos32[] = {
    0x1.9bd89bc2b0a75p-16,
    -0x1.6c12d2ef379dcp-10,
    0x1.5555544178832p-5,
};

// (e^r - 1 - r) / r^2, |r| <= log(2)/2
constexpr double exp32[] = {
    0x1.a124e3f154d32p-13, 0x1.6d431504c53d3p-10, 0x1.1110e0f726534p-7,
    0x1.5554e9114ecf9p-5,  0x1.5555555a78232p-3,  0x1.0000000b8f62bp-1,
};

// (atan r - r) / r^3 over z = r^2, |r| <= tan(pi/8)
constexpr double atan32[] = {
    -0x1.08455ee800ef0p-4, 0x1.b810309e6479ep-4, -0x1.24203520652cap-3, 0x1.999730d8fbe92p-3, -0x1.555554473ccb3p-2,
};

// (asin r - r) / r^3 over z = r^2, |r| <= 1/2
constexpr double asin32[] = {
    0x1.13fed3dd245c1p-5, 0x1.18f91e79712c6p-6, 0x1.fd8da2554dd34p-6,
    0x1.6d5bb95f8e653p-5, 0x1.333430fcff28ep-4, 0x1.555554e435732p-3,
};

// erf(r) / r - 1 over z = r^2, |r| <= 1
constexpr double erf32[] = {
    0x1.4a5690869d13fp-14, -0x1.a45087f1a200ap-11, 0x1.541270c79ca2cp-8, -0x1.b7faba961c85ap-6,
    0x1.ce2d10ed44e09p-4,  -0x1.81273e7a02443p-2,  0x1.06eba7f673903p-3,
};

// (1 + 2x) e^(x^2) erfc(x), t = (x - 3.75) / (x + 3.75)
constexpr double erfc32[] = {
    0x1.a6bb96b79d086p-5, -0x1.42faba86f0ca9p-5, 0x1.9910ba68abb37p-4,  -0x1.b7efcc6cc41aap-4,
    0x1.51597caa97898p-4, 0x1.d554b4d6be362p-9,  -0x1.1f36acde9734ap-3, 0x1.3ccda0c5b8f94p+0,
};

// (sin r - r) / r^3 over z = r^2, |r| <= pi/4
constexpr double sin64[] = {
    -0x1.ab17d404de5b3p-41, 0x1.61217f0b800d5p-33, -0x1.ae645412c560cp-26, 0x1.71de3a546095bp-19,
    -0x1.a01a01a019938p-13, 0x1.1111111111110p-7,  -0x1.5555555555555p-3,
};

// (cos r - 1 + z/2) / z^2 over z = r^2
constexpr double cos64[] = {
    -0x1.907da367a37cbp-37, 0x1.1eeb68e93b64cp-29,  -0x1.27e4fa17da09ep-22,
    0x1.a01a019f4eb01p-16,  -0x1.6c16c16c16967p-10, 0x1.5555555555555p-5,
};

// (e^r - 1 - r) / r^2, |r| <= log(2)/2
constexpr double exp64[] = {
    0x1.1f72fc730b4ffp-29, 0x1.af4ddd84882fep-26, 0x1.27e4db67b4303p-22, 0x1.71de02375656cp-19,
    0x1.a01a01a6d7808p-16, 0x1.a01a01abe62ddp-13, 0x1.6c16c16c162d6p-10, 0x1.11111111100dfp-7,
    0x1.5555555555556p-5,  0x1.5555555555557p-3,  0x1.0000000000000p-1,
};

// (atan r - r) / r^3 over z = r^2, |r| <= tan(pi/8)
constexpr double atan64[] = {
    -0x1.3a31b1c0fd3b7p-6, 0x1.4162c02b1dda3p-5, -0x1.a0999c632b6edp-5, 0x1.dfe6497e96323p-5,
    -0x1.10fa77b1a6d57p-4, 0x1.3b1263064f6b9p-4, -0x1.745d0b28a7e37p-4, 0x1.c71c71853d7fap-4,
    -0x1.2492492436201p-3, 0x1.999999999934cp-3, -0x1.5555555555555p-2,
};

// (asin r - r) / r^3 over z = r^2, |r| <= 1/2
constexpr double asin64[] = {
    0x1.d72b2bc8155f8p-6, -0x1.e6aaa8a0a04ccp-7, 0x1.1d189408314eep-6, 0x1.65a9c4dfcf8b2p-8, 0x1.52420b04b37bep-7,
    0x1.782651caa6547p-7, 0x1.c9cf07674736ap-7,  0x1.1c4d35cf95421p-6, 0x1.6e8bb1c8209a2p-6, 0x1.f1c71c1db0623p-6,
    0x1.6db6db6e31f13p-5, 0x1.3333333332ecap-4,  0x1.5555555555556p-3,
};

// erf(r) / r - 1 over z = r^2, |r| <= 1
constexpr double erf64[] = {
    0x1.05ffd737fb32ep-34, -0x1.389d4f2641625p-30, 0x1.f7b4bf3b13964p-27, -0x1.5f1ecb6f0764cp-23,
    0x1.b9df224ca4b97p-20, -0x1.f4d1e3183f7aep-17, 0x1.f9a321d5b8e1ep-14, -0x1.c02db3dac435fp-11,
    0x1.565bcd0dbaa38p-8,  -0x1.b82ce31284e00p-6,  0x1.ce2f21a042b30p-4,  -0x1.812746b0379e6p-2,
    0x1.06eba8214db69p-3,
};

// (1 + 2x) e^(x^2) erfc(x), t = (x - 3.75) / (x + 3.75)
constexpr double erfc64[] = {
    -0x1.2b47d57df965dp-18, -0x1.dc7562a043851p-17, 0x1.6afff7e9a402cp-16, 0x1.b35eb49798a8ap-15,
    -0x1.3009a7c908a9cp-12, 0x1.34008b8b3bb08p-12,  0x1.cc391e87bf2bep-10, -0x1.3f60431f49e1ap-7,
    0x1.d0b003e1af1e2p-6,   -0x1.e0d0fa5a5d965p-5,  0x1.7a14188a73b74p-4,  -0x1.bda9309a56cbcp-4,
    0x1.510169d095f57p-4,   0x1.d5f2948163c22p-9,   -0x1.1f367683f89a0p-3, 0x1.3ccda0b5d5dc2p+0,
};

// log of (1+s)/(1-s), z = s^2: (..-2s-2s^3/3) / s^5
constexpr double log64[] = {
    0x1.b8d2ce0baf5e8p-4, 0x1.ac4ab12e9f860p-4, 0x1.e1f7f8b33879dp-4, 0x1.1110dfb2433c1p-3, 0x1.3b13b1bc64d9dp-3,
    0x1.745d17451376fp-3, 0x1.c71c71c71cfd7p-3, 0x1.2492492492491p-2, 0x1.999999999999ap-2,
};

// the same for float32 results
constexpr double logShort[] = {
    0x1.500d51f2f16fdp-3, 0x1.73d0e72f84cb9p-3, 0x1.c71ded5e177f3p-3, 0x1.249248714bfcep-2, 0x1.99999999b4a25p-2,
};

// as exp64, for float32 results
constexpr double expShort[] = {
    0x1.a1131351400c3p-16, 0x1.a15169e096556p-13, 0x1.6c1685919d367p-10, 0x1.1110c63a4eed0p-7,
    0x1.5555555c85f99p-5,  0x1.5555556750672p-3,  0x1.0000000000000p-1,
};

// erfinv(x)/x over w - 3.125, w = -log(1 - x^2) < 6.25
constexpr double erfInvCentre[] = {
    -0x1.b2643e45e1856p-72, 0x1.e2aa7ddd776b6p-69,  0x1.79a647e43b44ep-66,  -0x1.9a137911c05cfp-62,
    0x1.669b9213d3cdfp-61,  0x1.1e1f9ee618b29p-56,  -0x1.19ac650194dcap-53, -0x1.6b6b0fc6a580fp-55,
    0x1.d5e95ecc5f898p-48,  -0x1.6877e8ae70f27p-45, -0x1.6b86f85109f07p-44, 0x1.7236b79e1d57ep-39,
    -0x1.c8a6afa1550f4p-37, -0x1.dc3f457145cd3p-35, 0x1.20f544d62fff1p-30,  -0x1.1a9eb00326b9bp-28,
    -0x1.f36ceed4416aep-26, 0x1.c6b4f8868f532p-22,  -0x1.6e8a53c7ac2ffp-20, -0x1.d1d1f7c9ffa6dp-17,
    0x1.879c2a20aeb2ep-13,  -0x1.84576948359ddp-11, -0x1.8b6c33114ea2fp-8,  0x1.ebd80d9b13dfap-3,
    0x1.a755e7c99ae86p+0,
};

// over sqrt(w) - 3.25, 6.25 <= w < 16
constexpr double erfInvMiddle[] = {
    0x1.07e3c2020286fp-27,  -0x1.06f1da245bfd3p-26, -0x1.674f1725daa65p-26, 0x1.1a9484c4d3628p-23,
    -0x1.079a074d69940p-22, -0x1.da75906425fdap-26, 0x1.8db69feb41fb6p-20,  -0x1.0b79e820e8497p-18,
    0x1.899aa0e374402p-19,  0x1.a241c6f237f34p-17,  -0x1.8cf463501e9a0p-15, 0x1.1e6abbe66ca02p-14,
    0x1.932e8fd4360edp-16,  -0x1.7448bcc8e9aa7p-12, 0x1.f3cc545d9ca81p-11,  -0x1.ba9240d8768c3p-10,
    0x1.468eeca944c44p-9,   -0x1.ebadabba02be5p-9,  0x1.5ffcfe5b6cd38p-8,   0x1.0158a6d641d55p+0,
    0x1.8abcc380d5a48p+1,
};

// over sqrt(w) - 5, 16 <= w
constexpr double erfInvTail[] = {
    -0x1.f334423800c25p-41, 0x1.a076ef03c499fp-38,  -0x1.198119205a419p-36, 0x1.ffcfa782d7efbp-37,
    0x1.093a91d39dd3cp-34,  -0x1.a23d15346af3fp-32, 0x1.6cba24753af99p-30,  -0x1.e5cada698283bp-29,
    0x1.0c79aad8def41p-27,  -0x1.055cf78a2a5a5p-26, 0x1.f298a493ef412p-26,  -0x1.22392947a4dafp-24,
    0x1.ebe2983af3444p-23,  -0x1.0a9030ad11d60p-20, 0x1.2fbcfe2f8b39fp-18,  -0x1.4a34904a2513ep-16,
    0x1.3ebf4efa3e16bp-14,  -0x1.c2f36aa150250p-13, -0x1.22ea5df1c85d6p-13, 0x1.02a30d1fba10bp+0,
    0x1.3664ddd1ad7fbp+2,
};

// pi/2 in parts whose products with 26 bits are exact
constexpr double halfPi26[] = {
    0x1.921fb50000000p+0, 0x1.110b460000000p-26, 0x1.1a62630000000p-54, 0x1.8a2e030000000p-81, 0x1.c1cd129024e09p-107,
};

// the digits of 2/pi after 32 zeros, 64 to a word
constexpr unsigned long long twoOverPiLong[] = {
    0x00000000A2F9836E, 0x4E441529FC2757D1, 0xF534DDC0DB629599, 0x3C439041FE5163AB, 0xDEBBC561B7246E3A,
    0x424DD2E006492EEA, 0x09D1921CFE1DEB1C, 0xB129A73EE88235F5, 0x2EBB4484E99C7026, 0xB45F7E413991D639,
    0x835339F49C845F8B, 0xBDF9283B1FF897FF, 0xDE05980FEF2F118B, 0x5A0A6D1F6D367ECF, 0x27CB09B74F463F66,
    0x9E5FEA2D7527BAC7, 0xEBE5F17B3D0739F7, 0x8A5292EA6BFB5FB1, 0x1F8D5D0856033046,
};

// the digits of 2/pi after 32 zeros
constexpr unsigned twoOverPi[] = {0x00000000, 0xA2F9836E, 0x4E441529, 0xFC2757D1,
                                  0xF534DDC0, 0xDB629599, 0x3C439041, 0xFE5163AB};

// the digits of 1/(2 pi), 28 bits a part
constexpr double invTwoPi28[] = {
    0x1.45f3068000000p-3,   0x1.727220a000000p-29,  0x1.29fc274000000p-58,  0x1.7d1f534000000p-86,
    0x1.bb81b68000000p-115, 0x1.14acc9e000000p-141, 0x1.0e41070000000p-172,
};

// log(2) in parts whose first has exact products with exponents
constexpr double ln2Parts32[] = {
    0x1.62e0000000000p-1,
    0x1.0bfbe80000000p-15,
};

// the same for float64
constexpr double ln2Parts64[] = {
    0x1.62e42fee00000p-1,
    0x1.a39ef35793c76p-33,
};

// pi, rounded down to float32, and the rest
constexpr double piParts32[] = {
    0x1.921fb40000000p+1,
    0x1.4442d20000000p-23,
};

// pi, rounded down to float64, and the rest
constexpr double piParts64[] = {
    0x1.921fb54442d18p+1,
    0x1.1a62633145c07p-53,
};

} // namespace wg::lowering::coefficients

#endif // WG_LOWERING_MATHCOEFFICIENTS_H
