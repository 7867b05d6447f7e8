namespace GanKit;

/// <summary>A function of libtorch by its mangled names, which say what it takes.</summary>
/// <param name="Itanium">On Linux. macOS has another <c>std::optional</c>.</param>
/// <param name="Microsoft">On Windows; null where libtorch's version stands for it there.</param>
internal sealed record NativeFunction(string Itanium, string? Microsoft = null)
{
    /// <summary>The name on this system.</summary>
    internal string? Here => OperatingSystem.IsWindows() ? Microsoft : OperatingSystem.IsMacOS() ? OnMac(Itanium) : Itanium;

    /// <summary>The readable name, without the parameters.</summary>
    internal string Plain
    {
        get
        {
            // _ZN2at4_ops12_fused_adam_4callE..: parts of a name after their lengths; of an operation, the one before "call".
            var parts = new List<string>();
            for (var at = Itanium.IndexOfAny(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']); at < Itanium.Length && char.IsDigit(Itanium[at]);)
            {
                var length = int.Parse(Itanium[at..].TakeWhile(char.IsDigit).ToArray(), System.Globalization.CultureInfo.InvariantCulture);
                at += length < 10 ? 1 : 2;
                parts.Add(Itanium.Substring(at, length));
                at += length;
            }

            return parts[^1] == "call" ? parts[^2] : parts[^1];
        }
    }

    /// <summary>There std::optional stands in a namespace of its own, which counts as an earlier type too.</summary>
    internal static string OnMac(string name) => name
        .Replace("RKSt8optionalIS4_ES9_", "RKNSt3__18optionalIS4_EESA_", StringComparison.Ordinal)
        .Replace("St8optionalINS2_10ScalarTypeEE", "NSt3__18optionalINS2_10ScalarTypeEEE", StringComparison.Ordinal);
}

/// <summary>
/// Every name below TorchSharp's public surface that the library uses; those that both packages use are in <c>src/Shared</c>.
/// </summary>
/// <remarks>
/// Linux and macOS mangle by the Itanium C++ ABI: <c>_ZN</c>, each part of the name after its length, <c>E</c>, then the parameters,
/// where <c>v</c> is none, <c>b</c> bool, <c>N3c1010DeviceTypeE</c> is <c>c10::DeviceType</c>, and <c>S1_</c> and the like stand for
/// what was spelt before. (macOS puts one more underscore in the file, which its loader adds by itself.) Windows mangles by Microsoft's
/// rules: <c>?</c>, the name from the inside out, <c>@@YA</c> for a free function, the result and the parameters, where <c>X</c> is
/// void, <c>_N</c> bool, <c>H</c> int and <c>W4DeviceType@c10@@</c> is the enum; a digit stands for a name that was spelt before. All
/// were compared with the tables of exports of libtorch 2.10 for the three systems (<c>nm -D</c>, <c>objdump -p</c>,
/// <c>llvm-objdump --exports-trie</c>).
/// </remarks>
internal static partial class NativeNames
{
    /// <summary>The version for which a <see cref="NativeFunction"/> without a name on Windows was tried.</summary>
    internal const string TriedLibtorch = "2.10";

    /// <summary>glibc's, for <see cref="HostMemory"/>: its options, and giving back what is free.</summary>
    internal const string SetMallocOption = "mallopt", TrimMalloc = "malloc_trim";

    /// <summary>The C library's, for <see cref="FolderFlush"/>.</summary>
    internal const string OpenFile = "open", FlushFile = "fsync", CloseFile = "close";

    /// <summary>Of <c>ATen/autocast_mode.h</c>, in the order of <see cref="AutocastFunctions"/>. Both enums are one signed byte.</summary>
    internal static readonly NativeFunction[] Autocast =
    [
        new("_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", "?is_autocast_enabled@autocast@at@@YA_NW4DeviceType@c10@@@Z"),
        new("_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", "?set_autocast_enabled@autocast@at@@YAXW4DeviceType@c10@@_N@Z"),
        new("_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE",
            "?get_autocast_dtype@autocast@at@@YA?AW4ScalarType@c10@@W4DeviceType@4@@Z"),
        new("_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE",
            "?set_autocast_dtype@autocast@at@@YAXW4DeviceType@c10@@W4ScalarType@4@@Z"),
        new("_ZN2at8autocast17increment_nestingEv", "?increment_nesting@autocast@at@@YAHXZ"),
        new("_ZN2at8autocast17decrement_nestingEv", "?decrement_nesting@autocast@at@@YAHXZ"),
        new("_ZN2at8autocast25is_autocast_cache_enabledEv", "?is_autocast_cache_enabled@autocast@at@@YA_NXZ"),
        new("_ZN2at8autocast26set_autocast_cache_enabledEb", "?set_autocast_cache_enabled@autocast@at@@YAX_N@Z"),
        new("_ZN2at8autocast11clear_cacheEv", "?clear_cache@autocast@at@@YAXXZ"),
    ];

    /// <summary>Of <c>ATen/Context.h</c>, in the order of <see cref="GanKit.ConvolutionBenchmark"/>: the context, which the others take first.</summary>
    internal static readonly NativeFunction[] ConvolutionBenchmark =
    [
        new("_ZN2at13globalContextEv", "?globalContext@at@@YAAEAVContext@1@XZ"),
        new("_ZNK2at7Context14benchmarkCuDNNEv", "?benchmarkCuDNN@Context@at@@QEBA_NXZ"),
        new("_ZN2at7Context17setBenchmarkCuDNNEb", "?setBenchmarkCuDNN@Context@at@@QEAAX_N@Z"),
    ];

    /// <summary>The source of the processor, of <c>ATen/CPUGeneratorImpl.h</c>, and of a GPU, of <c>ATen/cuda/CUDAGeneratorImpl.h</c>.</summary>
    internal static readonly NativeFunction[] CpuGenerator =
        [new("_ZN2at6detail22getDefaultCPUGeneratorEv", "?getDefaultCPUGenerator@detail@at@@YAAEBUGenerator@2@XZ")];

    /// <inheritdoc cref="CpuGenerator"/>
    internal static readonly NativeFunction CudaGenerator = new(
        "_ZN2at4cuda6detail23getDefaultCUDAGeneratorEa", "?getDefaultCUDAGenerator@detail@cuda@at@@YAAEBUGenerator@3@C@Z");

    /// <summary>Of TorchSharp's native library: the state of a source, for <see cref="RandomSource"/>.</summary>
    internal const string GetGeneratorState = "THSGenerator_get_rng_state", SetGeneratorState = "THSGenerator_set_rng_state";

    /// <summary>The operations that the library's TorchScript calls, with those very arguments.</summary>
    internal static readonly NativeFunction[] Operations =
    [
        Operation("12_fused_adam_", "S5_S5_S5_S5_S5_dddddbbRKSt8optionalIS4_ES9_"),
        Operation("13_fused_adamw_", "S5_S5_S5_S5_S5_dddddbbRKSt8optionalIS4_ES9_"),
        Operation("11_fused_sgd_", "S5_S5_ddddbbbRKSt8optionalIS4_ES9_"),
        Operation("12_foreach_neg", ""),
        Operation("13_foreach_sqrt", ""),
        Operation("14_foreach_sqrt_", ""),
        Operation("14_foreach_copy_", "S5_b"),
        Operation("17_foreach_add_List", "S5_RKNS2_6ScalarE"),
        Operation("18_foreach_add__List", "S5_RKNS2_6ScalarE"),
        Operation("20_foreach_add__Scalar", "RKNS2_6ScalarE"),
        Operation("20_foreach_mul__Scalar", "RKNS2_6ScalarE"),
        Operation("20_foreach_mul__Tensor", "RKS4_"),
        Operation("20_foreach_norm_Scalar", "RKNS2_6ScalarESt8optionalINS2_10ScalarTypeEE"),
        Operation("21_foreach_lerp__Scalar", "S5_RKNS2_6ScalarE"),
        Operation("23_foreach_addcmul_Scalar", "S5_S5_RKNS2_6ScalarE"),
        Operation("24_foreach_addcmul__Scalar", "S5_S5_RKNS2_6ScalarE"),
        Operation("24_foreach_addcdiv__Scalar", "S5_S5_RKNS2_6ScalarE"),
    ];

    /// <summary>The features that are missing where libtorch lacks one of the functions.</summary>
    internal static readonly IReadOnlyList<(string What, NativeFunction[] Functions)> OfLibtorch =
    [
        ("precision below float32, which is refused then", Autocast),
        ("Devices.BenchmarkConvolutions, which is refused then", ConvolutionBenchmark),
        ("random states by their source", CpuGenerator),
        ("kernels for many tensors, instead of which optimisers compute tensor by tensor, which takes longer", Operations),
    ];

    private static NativeFunction Operation(string name, string rest) => new($"_ZN2at4_ops{name}4callEN3c108ArrayRefINS_6TensorEEE{rest}");
}
