using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The environment of GanKit in this process: versions, backend, devices, threads. For the first line of a log and for bug reports;
/// <see cref="ToString"/> is a readable block.
/// </summary>
public sealed record GanKitInfo
{
    private GanKitInfo()
    {
    }

    /// <summary>GanKit's version.</summary>
    public string Version { get; private init; } = BackendVersions.VersionOf(typeof(GanKitInfo).Assembly);

    /// <summary>TorchSharp's version.</summary>
    public string TorchSharpVersion { get; private init; } = BackendVersions.VersionOf(typeof(torch).Assembly);

    /// <summary>libtorch's version as TorchSharp expects it; null where it does not load.</summary>
    public string? LibtorchVersion { get; private init; }

    /// <summary>
    /// <c>cuda</c> where a GPU can be used, <c>cpu</c> where not, <c>none</c> where libtorch does not load.
    /// </summary>
    public string Backend { get; private init; } = "none";

    /// <summary>Why libtorch does not load, and what cures it; null where it loads.</summary>
    public string? Problem { get; private init; }

    /// <summary>The devices, <c>cpu</c> first, as <see cref="Devices.Parse"/> reads them.</summary>
    public IReadOnlyList<string> DeviceNames { get; private init; } = [];

    /// <summary>The GPUs' product names as the driver lists them; empty where it lists none.</summary>
    public IReadOnlyList<string> GpuModels { get; private init; } = GpuModel.All;

    /// <summary>How many threads one operation uses on the processor; 0 where libtorch does not load.</summary>
    public int Threads { get; private init; }

    /// <summary>How many processors the process may use.</summary>
    public int Processors { get; private init; } = Environment.ProcessorCount;

    /// <summary>
    /// Advice where other programs use the processor, as this thread's time up to now shows (on Linux); null where they do not, or
    /// where libtorch has one thread.
    /// </summary>
    public string? Contention { get; private init; }

    /// <summary>The vector instructions that libtorch's CPU kernels use: AVX-512, AVX2, NEON or baseline.</summary>
    public string ProcessorInstructions { get; private init; } = InstructionSet.Current;

    /// <summary>The operating system and the architecture of this process.</summary>
    public string OperatingSystem { get; private init; } =
        $"{HostSystem.Current.Name}, {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>The .NET runtime.</summary>
    public string Runtime { get; private init; } = RuntimeInformation.FrameworkDescription;

    /// <summary>Looks at this process. It loads libtorch, and says so where that fails instead of throwing.</summary>
    /// <returns>The information.</returns>
    public static GanKitInfo Collect()
    {
        try
        {
            NativeBackend.EnsureLoaded();
        }
        catch (NativeBackendException exception)
        {
            return new GanKitInfo { Problem = exception.Message };
        }

        var devices = Devices.Available;
        return new GanKitInfo
        {
            LibtorchVersion = __version__,
            Backend = devices.Any(device => device.type == DeviceType.CUDA) ? "cuda" : "cpu",
            DeviceNames = [.. devices.Select(device => device.ToString())],
            Threads = get_num_threads(),
            Contention = ProcessorTimes.OfThisThread()?.Contention(),
        };
    }

    /// <summary>All of it, a line each.</summary>
    /// <returns>Several lines, without a line end after the last.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        void Line(string name, string value) =>
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? Environment.NewLine : "")}{name,-12} {value}");

        Line("GanKit", Version);
        Line("TorchSharp", TorchSharpVersion);
        Line("libtorch", LibtorchVersion ?? "not loaded");
        Line("backend", Backend);
        if (DeviceNames.Count > 0)
            Line("devices", string.Join(", ", DeviceNames));
        foreach (var model in GpuModels)
            Line("GPU", model);
        if (Threads > 0)
            Line("threads", $"{Threads} of {Processors} processors, {ProcessorInstructions}");
        if (Contention is not null)
            Line("processor", Contention);
        Line("system", OperatingSystem);
        Line("runtime", Runtime);
        if (Problem is not null)
            Line("problem", Problem);
        return text.ToString();
    }

    // The text after a plus sign is the commit that it was built from.
}
