using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GanKit;

/// <summary>The vector instructions that libtorch's CPU kernels use.</summary>
internal static class InstructionSet
{
    /// <summary>
    /// Follows libtorch's own choice: the best that the processor has, or what the environment variable
    /// <c>ATEN_CPU_CAPABILITY</c> asks for.
    /// </summary>
    internal static string Current => Name(Environment.GetEnvironmentVariable("ATEN_CPU_CAPABILITY"), OfProcessor);

    internal static string Name(string? asked, string processor) => asked?.ToLowerInvariant() switch
    {
        null or "" => processor,
        "avx512" => "AVX-512, as ATEN_CPU_CAPABILITY asks",
        "avx2" => "AVX2, as ATEN_CPU_CAPABILITY asks",
        "default" => "baseline, as ATEN_CPU_CAPABILITY asks",
        _ => processor,
    };

    private static string OfProcessor =>
        Avx512F.VL.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Fma.IsSupported ? "AVX-512"
        : Avx2.IsSupported && Fma.IsSupported ? "AVX2"
        : AdvSimd.IsSupported ? "NEON"
        : "baseline";
}
