using System.CommandLine;
using System.Text.Json;
using GanKit;
using GanKit.Checkpoints;

/// <summary>What the examples' command lines have in common.</summary>
internal static class ExampleCommand
{
    /// <summary>Runs the command; errors that a user can mend end in one line and exit code 1.</summary>
    public static int Run(RootCommand command, string[] args)
    {
        try
        {
            return command.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped. The pictures, the log and the checkpoint so far are in the output folder.");
            return 130;
        }
        catch (Exception error) when (
            error is ArgumentException or CheckpointFormatException or IOException or InvalidDataException or JsonException
            or NativeBackendException or StateDictMismatchException or TrainingDivergedException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
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
