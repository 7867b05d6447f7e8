using System.CommandLine;

namespace GanKit.Benchmarks;

/// <summary><c>data</c>: how fast the loader reads a folder of images.</summary>
internal static class DataCommand
{
    internal static Command Create()
    {
        var folder = new Option<string>("--folder")
        {
            Description = "A folder with images, in it or in folders of it.",
            Required = true,
        };
        var size = BenchmarkOptions.Count("--size", "Resize the shorter side to this.", 72);
        var crop = BenchmarkOptions.Count("--crop", "Crop squares of this.", 64);
        var batch = BenchmarkOptions.Count("--batch", "Images a batch.", 64);
        var workers = BenchmarkOptions.Count("--workers", "Threads that decode.", 2);
        var epochs = BenchmarkOptions.Count("--epochs", "Passes over the folder.", 15);
        var command = new Command("data", "Times the loader against bare decoding, and prints a line of JSON.")
        {
            folder, size, crop, batch, workers, epochs,
        };
        command.SetAction(line => JsonLine.Print(LoadingMeasurement.Run(
            line.GetValue(folder)!, line.GetValue(size), line.GetValue(crop), line.GetValue(batch), line.GetValue(workers),
            line.GetValue(epochs))));
        return command;
    }
}
