// Weights that were trained in PyTorch, used from .NET: a checkpoint and a picture in, a picture out.
using GanKit;
using GanKit.Data;
using GanKit.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

return InferenceOptions.Parse(args, Run);

static void Run(InferenceOptions options)
{
    if (options.InspectedFile is { } file)
    {
        Console.WriteLine(GeneratorFactory.Inspect(file));
        return;
    }

    using var generator = GeneratorFactory.FromCheckpoint(
        options.CheckpointPath, new() { Key = options.Key }, out var recognition);
    var use = recognition.Network!.Use;
    var mode = options.Mode ?? use.InferenceMode;
    var from = recognition.Key.Length == 0 ? "" : $", from '{recognition.Key}'";
    Console.WriteLine($"{recognition}{from}, in mode {mode}");
    foreach (var note in recognition.Notes)
        Console.WriteLine($"Note: {note}.");

    generator.to(options.Device);
    if (options.Seed is { } seed)
        manual_seed(seed);
    if (use.LatentSize is { } latentSize)
        Draw(generator, latentSize, mode, options);
    else
        Translate(generator, use.InChannels, mode, options);
    Console.WriteLine(options.OutputPath);
}

static void Draw(Module<Tensor, Tensor> generator, long latentSize, InferenceMode mode, InferenceOptions options)
{
    if (options.Pictures.Count != 1)
        throw new ArgumentException("This generator draws from latents and takes no picture: give CHECKPOINT OUTPUT.png.");
    using var prepared = generator.ForInference(new() { Mode = mode });
    using var random = options.Seed is { } seed ? new Generator((ulong)seed, CPU) : null;
    using var latents = Latent.Normal(latentSize).Sample(options.Count, options.Device, random);
    using var images = prepared.call(latents);
    Images.WriteGrid(options.OutputPath, images, columns: (int)Math.Ceiling(Math.Sqrt(options.Count)));
}

static void Translate(Module<Tensor, Tensor> generator, long channels, InferenceMode mode, InferenceOptions options)
{
    if (options.Pictures.Count != 2)
        throw new ArgumentException("This generator turns pictures into pictures: give CHECKPOINT INPUT.png OUTPUT.png.");
    using var picture = Images.Read(options.Pictures[0], (int)channels);
    using var result = generator.Translate(picture, new() { Mode = mode });
    Images.Write(options.OutputPath, result);
}
