using System.CommandLine;

namespace GanKit.Benchmarks;

/// <summary>The harness's command line.</summary>
internal static class BenchmarkCommand
{
    /// <summary>Runs a command; errors that a user can mend end in one message and exit code 1.</summary>
    internal static int Run(string[] args)
    {
        var root = new RootCommand(
            "Measures GanKit. Without a command, BenchmarkDotNet takes the arguments: --filter '*', --list flat.")
        {
            StepCommand.Create(), CompareCommand.Create(), InferCommand.Create(), DataCommand.Create(),
            CheckpointMemoryCommand.Create(), CheckpointStallCommand.Create(), BridgeCommand.Create(),
            MetricsCommand.Create(), Extractors.ExtractorsCommand.Create(),
        };
        try
        {
            return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped.");
            return 130;
        }
        catch (Exception error) when (
            error is ArgumentException or InvalidDataException or InvalidOperationException or IOException
            or NativeBackendException or NotSupportedException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
