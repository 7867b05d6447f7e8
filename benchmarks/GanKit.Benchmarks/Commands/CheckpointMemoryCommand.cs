using System.CommandLine;

namespace GanKit.Benchmarks;

/// <summary><c>checkpoint-memory</c>: how much memory it takes to read a checkpoint.</summary>
internal static class CheckpointMemoryCommand
{
    internal static Command Create()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "Read this one; by default one of each format.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("checkpoint-memory",
            "Measures how much resident memory grows while a checkpoint is read.") { file };
        command.SetAction(line =>
        {
            if (line.GetValue(file) is { } path)
                Checkpoints.MeasureMemory(path);
            else
                Checkpoints.MeasureMemory();
        });
        return command;
    }
}
