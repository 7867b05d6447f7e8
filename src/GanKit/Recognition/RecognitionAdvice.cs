using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace GanKit.Networks;

/// <summary>Says of a file that does not fit which network it holds, and which one it was to go into.</summary>
internal static class RecognitionAdvice
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Messages name networks from the first use of the library on.")]
    internal static void Register() => MismatchAdvice.Add(Of);

    private static string? Of(PyTorchStateDict file, nn.Module module)
    {
        if (Only(NetworkRecognition.Of(file)) is not { } inFile)
            return null;
        var here = Only(NetworkRecognition.Of(WeightLayout.Of(module), NetworkFamily.Known));
        var text = $"The file holds {inFile}; this network is {here?.ToString() ?? "of no kind known here"}.";
        return inFile.Network!.Use.MakesImages && !inFile.Network.Equals(here?.Network)
            ? $"{text} GeneratorFactory.FromCheckpoint builds the file's." : text;
    }

    private static NetworkRecognition? Only(IReadOnlyList<NetworkRecognition> found) =>
        found is [{ Network: not null } only] ? only : null;
}
