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

    /// <summary>
    /// Whether libtorch has fast convolutions in bfloat16 for this processor, rather than loops over single numbers. On x86
    /// that takes AVX-512, with or without products of 16 bits; of other processors it is assumed.
    /// </summary>
    internal static bool Has16Bits { get; } = !X86Base.IsSupported || HasAvx512;

    internal static string Name(string? asked, string processor) => asked?.ToLowerInvariant() switch
    {
        null or "" => processor,
        "avx512" => "AVX-512, as ATEN_CPU_CAPABILITY asks",
        "avx2" => "AVX2, as ATEN_CPU_CAPABILITY asks",
        "default" => "baseline, as ATEN_CPU_CAPABILITY asks",
        _ => processor,
    };

    private static string OfProcessor =>
        HasAvx512 ? "AVX-512"
        : Avx2.IsSupported && Fma.IsSupported ? "AVX2"
        : AdvSimd.IsSupported ? "NEON"
        : "baseline";

    private static bool HasAvx512 =>
        Avx512F.VL.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Fma.IsSupported;
}
