using System.Collections.Immutable;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Advice of libraries of networks on a file that does not fit, such as which network it holds: sentences for the message of a
/// <see cref="StateDictMismatchException"/>.
/// </summary>
public static class MismatchAdvice
{
    private static ImmutableArray<Func<PyTorchStateDict, nn.Module, string?>> _all = [];

    /// <summary>Adds a source of advice, for the whole process. GanKit adds its own.</summary>
    /// <param name="advice">
    /// Gets the weights of the file and the network that they do not fit, and returns sentences, or null for no advice. It may
    /// be called from several threads.
    /// </param>
    public static void Add(Func<PyTorchStateDict, nn.Module, string?> advice)
    {
        ArgumentNullException.ThrowIfNull(advice);
        ImmutableInterlocked.Update(ref _all, (all, added) => all.Add(added), advice);
    }

    internal static IEnumerable<string> For(PyTorchStateDict file, nn.Module module) =>
        _all.Select(advice => advice(file, module)).OfType<string>();
}
