using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Whether libtorch has the operations that <see cref="TensorScript"/> calls, with those very arguments.</summary>
internal static class KernelSymbols
{
    // On Windows names have another form. There the version is asked that was tried.
    private const string TriedVersion = "2.10";

    // A name in the export table says what an operation takes; S5_ and the like are earlier types over again.
    private static readonly string[] Exports =
    [
        "12_fused_adam_4callEN3c108ArrayRefINS_6TensorEEES5_S5_S5_S5_S5_dddddbbRKSt8optionalIS4_ES9_",
        "13_fused_adamw_4callEN3c108ArrayRefINS_6TensorEEES5_S5_S5_S5_S5_dddddbbRKSt8optionalIS4_ES9_",
        "11_fused_sgd_4callEN3c108ArrayRefINS_6TensorEEES5_S5_ddddbbbRKSt8optionalIS4_ES9_",
        "12_foreach_neg4callEN3c108ArrayRefINS_6TensorEEE",
        "13_foreach_sqrt4callEN3c108ArrayRefINS_6TensorEEE",
        "14_foreach_sqrt_4callEN3c108ArrayRefINS_6TensorEEE",
        "14_foreach_copy_4callEN3c108ArrayRefINS_6TensorEEES5_b",
        "17_foreach_add_List4callEN3c108ArrayRefINS_6TensorEEES5_RKNS2_6ScalarE",
        "18_foreach_add__List4callEN3c108ArrayRefINS_6TensorEEES5_RKNS2_6ScalarE",
        "20_foreach_add__Scalar4callEN3c108ArrayRefINS_6TensorEEERKNS2_6ScalarE",
        "20_foreach_mul__Scalar4callEN3c108ArrayRefINS_6TensorEEERKNS2_6ScalarE",
        "20_foreach_mul__Tensor4callEN3c108ArrayRefINS_6TensorEEERKS4_",
        "20_foreach_norm_Scalar4callEN3c108ArrayRefINS_6TensorEEERKNS2_6ScalarESt8optionalINS2_10ScalarTypeEE",
        "21_foreach_lerp__Scalar4callEN3c108ArrayRefINS_6TensorEEES5_RKNS2_6ScalarE",
        "23_foreach_addcmul_Scalar4callEN3c108ArrayRefINS_6TensorEEES5_S5_RKNS2_6ScalarE",
        "24_foreach_addcmul__Scalar4callEN3c108ArrayRefINS_6TensorEEES5_S5_RKNS2_6ScalarE",
        "24_foreach_addcdiv__Scalar4callEN3c108ArrayRefINS_6TensorEEES5_S5_RKNS2_6ScalarE",
    ];

    /// <summary>The first that is not there; null where all are.</summary>
    internal static string? FindMissing()
    {
        if (OperatingSystem.IsWindows())
            return __version__.StartsWith(TriedVersion + ".", StringComparison.Ordinal) ? null : $"version {TriedVersion}";
        var file = OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        return NativeLibrary.TryLoad(
            LoadedLibrary.FindPath(file) ?? file, typeof(torch).Assembly, searchPath: null, out var library)
            ? FindMissing(
                name => NativeLibrary.TryGetExport(library, OperatingSystem.IsMacOS() ? OnMac(name) : name, out _))
            : file;
    }

    /// <summary>There std::optional stands in a namespace of its own, which counts as an earlier type too.</summary>
    internal static string OnMac(string name) => name
        .Replace("RKSt8optionalIS4_ES9_", "RKNSt3__18optionalIS4_EESA_", StringComparison.Ordinal)
        .Replace("St8optionalINS2_10ScalarTypeEE", "NSt3__18optionalINS2_10ScalarTypeEEE", StringComparison.Ordinal);

    /// <summary>The first that a library does not export; null where it exports all.</summary>
    internal static string? FindMissing(Func<string, bool> isExported) => Array.Find(
        Exports, export => !isExported("_ZN2at4_ops" + export)) is { } missing
        ? missing[2..missing.IndexOf("4call", StringComparison.Ordinal)]
        : null;
}
