using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>A workload made ready: networks, optimisers and one fixed batch.</summary>
internal interface ITrainingStep : IDisposable
{
    nn.Module Generator { get; }

    nn.Module Discriminator { get; }

    /// <summary>Trains both networks once.</summary>
    void Run();

    /// <summary>Reads the losses of the latest step.</summary>
    (double Discriminator, double Generator) Losses();
}
