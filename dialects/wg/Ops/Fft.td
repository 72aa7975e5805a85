// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Discrete Fourier transforms.

#ifndef WG_OPS_FFT_TD
#define WG_OPS_FFT_TD

include "wg/IR/WgBase.td"

def Wg_FftTensor : Wg_TensorOf<[F32, F64, Complex<F32>, Complex<F64>], ["float32", "float64", "complex64", "complex128"],
                               "tensor of f32, f64, complex<f32> or complex<f64> with a static shape">;

def Wg_FftOp : Wg_Linear<"fft", (ins Wg_FftTensor:$x, StrAttr:$fft_type, Wg_IntsAttr:$fft_lengths), ["t.fft(x, fft_type, fft_lengths)"],
    ["fft_transpose(ct, fft_type, fft_lengths)"], ["fft(x, fft_type, fft_lengths)"], "k.fft(x, fft_type, fft_lengths)",
    [Wg_HostOpInterface, DeclareOpInterfaceMethods<Wg_DecomposeOpInterface>]> {
  let summary = "the discrete Fourier transform over the last one to three dimensions";
  let description = [{
    `FFT` and `IFFT` take and give complex numbers; `RFFT` takes real ones and gives the first n / 2 + 1 entries of the last dimension,
    which `IRFFT` takes back. The inverse ones are divided by the product of `fft_lengths`, the lengths of what they give. Any
    length will do. Without a library of the host the transform is made of products with small matrices.
  }];
  let samples = ["{'shapes': [(2, 6)], 'fft_type': 'FFT', 'fft_lengths': (6,), 'dtypes': ['complex64', 'complex128']}",
                 "{'shapes': [(3, 4)], 'fft_type': 'IFFT', 'fft_lengths': (3, 4), 'dtypes': ['complex64', 'complex128']}",
                 "{'shapes': [(2, 5)], 'fft_type': 'RFFT', 'fft_lengths': (5,), 'dtypes': ['float32', 'float64']}",
                 "{'shapes': [(2, 3, 6)], 'fft_type': 'RFFT', 'fft_lengths': (3, 6), 'dtypes': ['float32', 'float64']}",
                 "{'shapes': [(2, 3)], 'fft_type': 'IRFFT', 'fft_lengths': (5,), 'dtypes': ['complex64', 'complex128']}",
                 "{'shapes': [(2, 3, 4)], 'fft_type': 'IRFFT', 'fft_lengths': (2, 3, 6), 'dtypes': ['complex64', 'complex128']}"];
  let assemblyFormat = "$x $fft_type $fft_lengths attr-dict `:` type($x)";
}

#endif
