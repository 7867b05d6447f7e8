using System.Diagnostics;
using System.Reflection;

namespace GanKit.Benchmarks.Learning;

/// <summary>Runs an example's program in this process, so that what is measured is the example itself.</summary>
internal static class ExampleRun
{
    /// <summary>Trains with these options; the files are where they say.</summary>
    /// <returns>How long it took, from its start to its last file.</returns>
    /// <exception cref="OperationCanceledException">It was stopped, or failed and said why.</exception>
    internal static TimeSpan Train(string system, string[] options)
    {
        var assembly = system switch { "pix2pix" => "Pix2Pix", "cgan" => "Cgan", "dcgan" => "Dcgan", _ => "CycleGan" };
        var main = Assembly.Load(assembly).EntryPoint!;
        var start = Stopwatch.GetTimestamp();
        if (main.Invoke(null, [options]) is not 0)
            throw new OperationCanceledException($"The example {assembly} did not come to its end.");
        return Stopwatch.GetElapsedTime(start);
    }
}
