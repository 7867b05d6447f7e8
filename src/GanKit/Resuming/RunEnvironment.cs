using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Resuming;

/// <summary>What the last bits of a run depend on, beside its parts: threads, instructions, processor or GPU, libraries.</summary>
/// <remarks>
/// On AVX-512 libtorch's gradients of convolutions differ between one thread and two. So a run that goes on gets the threads that it
/// had, and
/// it is said what else is not the same.
/// </remarks>
internal sealed class RunEnvironment(SortedDictionary<string, string> texts)
{
    private const string ThreadsName = "threads";

    // What says where bits may differ, and what only tells where the run was.
    private static readonly string[] OfTheBits = ["instructions", "processor", "device", "GPU", "libtorch", "TorchSharp", "GanKit", "architecture"];

    internal static string GanKit => BackendVersions.VersionOf(typeof(RunEnvironment).Assembly);

    internal SortedDictionary<string, string> Texts { get; } = texts;

    /// <summary>Of this process, for a run on a device.</summary>
    internal static RunEnvironment Current(Device device)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [ThreadsName] = get_num_threads().ToString(CultureInfo.InvariantCulture),
            ["instructions"] = InstructionSet.Current,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["device"] = device.type.ToString().ToLowerInvariant(),
            ["GanKit"] = GanKit,
            ["TorchSharp"] = BackendVersions.VersionOf(typeof(torch).Assembly),
            ["libtorch"] = __version__,
            [".NET"] = RuntimeInformation.FrameworkDescription,
            ["system"] = HostSystem.Current.Name,
        };
        if (ProcessorModel.Current is { } model)
            texts["processor"] = model;
        if (device.type == DeviceType.CUDA && GpuModel.All.ElementAtOrDefault(Math.Max(device.index, 0)) is { } gpu)
            texts["GPU"] = gpu;
        return new(texts);
    }

    /// <summary>Gives libtorch the threads that the run had, unless this process is to keep its own, and says what is not as it
    /// was.</summary>
    internal IEnumerable<string> Restore(Device device, bool keepThreads)
    {
        if (int.TryParse(Texts.GetValueOrDefault(ThreadsName), CultureInfo.InvariantCulture, out var threads) && threads > 0 && threads != get_num_threads())
        {
            var own = get_num_threads();
            if (!keepThreads)
                set_num_threads(threads);
            if (get_num_threads() != threads)
            {
                yield return $"The run had {Words.Count(threads, "thread")} of libtorch's, and goes on with {get_num_threads()}: results may differ "
                    + "in their last bits.";
            }
            else if (threads > Environment.ProcessorCount)
            {
                yield return $"The run had {threads} threads of libtorch's, and gets them again for the same results, though there are "
                    + $"{Words.Count(Environment.ProcessorCount, "processor")}: it may be slow. ResumeChanges.Threads keeps the {own} of this process.";
            }
        }

        var here = Current(device).Texts;
        foreach (var name in OfTheBits)
        {
            if (Texts.GetValueOrDefault(name, "none") is var then && here.GetValueOrDefault(name, "none") is var now && then != now)
                yield return $"The run's {name} was {then}, and is {now} now: results may differ in their last bits.";
        }
    }
}
