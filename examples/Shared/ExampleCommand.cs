using System.CommandLine;
using System.Text.Json;
using GanKit;
using GanKit.Checkpoints;
using GanKit.Resuming;

/// <summary>What the examples' command lines have in common.</summary>
internal static class ExampleCommand
{
    /// <summary>Runs the command; errors that a user can mend end in one line and exit code 1.</summary>
    public static int Run(RootCommand command, string[] args)
    {
        try
        {
            // Signals are the checkpoints', which end the run with one and leave the exit code that belongs to it.
            var code = command.Parse(args).Invoke(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            return code != 0 ? code : Environment.ExitCode;
        }
        catch (Exception error) when (
            error is ArgumentException or CheckpointFormatException or IOException or InvalidDataException or JsonException
            or NativeBackendException or StateDictMismatchException or TrainingDivergedException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    /// <summary>The option that goes on from a run's newest checkpoint.</summary>
    public static Option<bool> ResumeOption() => new("--resume")
    {
        Description = "Go on from the newest checkpoint in --output, with the same options, to the last bit.",
    };

    /// <summary>A run's checkpoints: every 500 steps, at its end, and on Ctrl-C or SIGTERM.</summary>
    public static TrainingCheckpoints Checkpoints(string output) => new(Path.Combine(output, "checkpoints"), every: 500);

    /// <summary>How many epochs there are to train: all, or those that are left after the newest checkpoint.</summary>
    public static long EpochsLeft(ITrainer trainer, int epochs, bool resume, string output)
    {
        if (!resume)
            return epochs;
        var from = trainer.Resume(Path.Combine(output, "checkpoints"));
        Console.WriteLine($"Going on after step {from.Step} from {from.FolderPath}");
        foreach (var notice in from.Notices)
            Console.WriteLine(notice);
        return epochs - from.Epoch;
    }

    /// <summary>A folder of the data, which has to be there.</summary>
    public static string DataFolder(string data, string name, string layout)
    {
        var folder = Path.Combine(data, name);
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException(
            $"There is no folder '{Path.GetFullPath(folder)}'. {layout} eng/emoji-data.sh makes the folders that the "
            + "defaults read, in artifacts/data.");
    }

    /// <summary>An option with a default.</summary>
    public static Option<T> Option<T>(string name, T value, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
