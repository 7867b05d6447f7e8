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

    internal static string OfProcessor =>
        HasAvx512 ? "AVX-512"
        : HasAvx2 ? "AVX2"
        : AdvSimd.IsSupported ? "NEON"
        : "baseline";

    // The processor itself is asked, as libtorch does: Avx2.IsSupported and its kin are fixed at no in a program that was compiled
    // ahead of time. Bit 27 is the system's word that it keeps the wide registers; the others are named beside their use.
    private static bool HasAvx2 => Bits((1, Ecx), 12 /* FMA */, 27) && Bits((7, Ebx), 5 /* AVX2 */);

    private static bool HasAvx512 => HasAvx2 && Bits((7, Ebx), 16 /* F */, 17 /* DQ */, 30 /* BW */, 31 /* VL */);

    private const int Ebx = 1;
    private const int Ecx = 2;

    private static bool Bits((int Leaf, int Register) where, params ReadOnlySpan<int> bits)
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < where.Leaf)
            return false;
        var (_, ebx, ecx, _) = X86Base.CpuId(where.Leaf, 0);
        var value = where.Register == Ebx ? ebx : ecx;
        foreach (var bit in bits)
        {
            if ((value >> bit & 1) == 0)
                return false;
        }

        return true;
    }
}

/// <summary>The processor's product name.</summary>
internal static class ProcessorModel
{
    /// <summary>As Linux tells it, or Windows; null where it is not told.</summary>
    internal static string? Current { get; } = Find();

    private static string? Find()
    {
        try
        {
            return OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
                : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // a courtesy, too
        }
    }
}

/// <summary>The product names of NVIDIA GPUs, which TorchSharp has no call for.</summary>
internal static class GpuModel
{
    private const string DriverFolder = "/proc/driver/nvidia/gpus";

    /// <summary>As the Linux driver lists them, in the order of their bus addresses; elsewhere empty.</summary>
    internal static IReadOnlyList<string> All => InFolder(DriverFolder);

    internal static IReadOnlyList<string> InFolder(string folder)
    {
        try
        {
            return !Directory.Exists(folder) ? [] :
            [
                .. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
                    .SelectMany(gpu => File.ReadLines(Path.Combine(gpu, "information")))
                    .Where(line => line.StartsWith("Model:", StringComparison.Ordinal))
                    .Select(line => line["Model:".Length..].Trim()),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Names are a courtesy: containers may hide them.
            return [];
        }
    }
}
