using System.Runtime.CompilerServices;
using static TorchSharp.torch;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>
/// Why a network may have no weights in a program that was compiled ahead of time: TorchSharp registers fields by reflection, and
/// of assemblies that the project does not keep whole, the fields can't be found.
/// </summary>
internal static class NativeAot
{
    /// <summary>A sentence for the end of a message, after a space; empty where this is not the cause.</summary>
    internal static string Hint(nn.Module network) => Hint(network, isNative: !RuntimeFeature.IsDynamicCodeSupported);

    internal static string Hint(nn.Module network, bool isNative)
    {
        if (!isNative || network.state_dict().Count > 0)
            return "";
        var assembly = network.GetType().Assembly.GetName().Name;
        return $" It has none at all, and this program was published with native AOT, which leaves out the fields that networks "
            + $"find their layers by. Keep them: <TrimmerRootAssembly Include=\"{assembly}\" /> in an ItemGroup of the "
            + "program's project (GanKit's package does so for the program's own assembly).";
    }
}
