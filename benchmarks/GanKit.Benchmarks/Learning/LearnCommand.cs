using System.Text.Json;

namespace GanKit.Benchmarks.Learning;

/// <summary>
/// <c>learn pix2pix|cgan|cyclegan|dcgan [the example's options] [--measure-only]</c>: runs the example as its users do, and
/// measures on the held-out split what it learned. The figures are one line of JSON; everything else goes to the error
/// stream. For dcgan it is six runs, with a line each: float32 and bfloat16 with three seeds.
/// </summary>
internal static class LearnCommand
{
    private const string MeasureOnly = "--measure-only";

    internal static int Run(string[] args)
    {
        if (args is not [var system, .. var rest] || system is not ("pix2pix" or "cgan" or "cyclegan" or "dcgan"))
        {
            Console.Error.WriteLine($"learn pix2pix|cgan|cyclegan|dcgan [options of the example] [{MeasureOnly}]");
            return 1;
        }

        string[] options = [.. rest.Where(word => word != MeasureOnly)];
        if (!options.Contains("--output"))
            options = [.. options, "--output", Path.Combine("artifacts", "learn", system)];
        var train = !rest.Contains(MeasureOnly);
        var (output, error) = (Console.Out, Console.Error);
        Console.SetOut(error);
        try
        {
            return system switch
            {
                "pix2pix" => Pix2PixOptions.Parse(options, (parsed, _) => Report(PairedMeasurement.Measure, parsed)),
                "cgan" => CganOptions.Parse(options, (parsed, _) => Report(ClassMeasurement.Measure, parsed)),
                "dcgan" => DcganOptions.Parse(
                    options, (parsed, _) => PrecisionComparison.Run(options, parsed, train, output)),
                _ => CycleGanOptions.Parse(options, (parsed, _) => Report(CycleMeasurement.Measure, parsed)),
            };
        }
        finally
        {
            Console.SetOut(output);
        }

        void Report<TOptions>(Func<TOptions, Dictionary<string, object>> measure, TOptions parsed)
        {
            var figures = new Dictionary<string,
            object>
            { ["system"] = system, ["processors"] = Environment.ProcessorCount };
            if (train)
                figures["train_minutes"] = Math.Round(ExampleRun.Train(system, options).TotalMinutes, 2);
            foreach (var (name, figure) in measure(parsed))
                figures[name] = figure;
            output.WriteLine(JsonSerializer.Serialize(figures));
        }
    }
}
