using System.Security.Cryptography;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Resuming;

/// <summary>A checkpoint that is written while the next steps run is that of its step, to the last bit.</summary>
public sealed class BackgroundWritingTests : IDisposable
{
    private const int Steps = 60;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_WhileStepsRun_IsOfOneStep()
    {
        var waited = Train(isInBackground: false, "waited");
        var overlapped = Train(isInBackground: true, "overlapped");

        Assert.Equal(0, waited);
        Assert.True(overlapped > 0, "No step ran while a checkpoint was being written.");
        for (var step = 5; step <= Steps; step += 5)
            Assert.Equal(Hash("waited", step), Hash("overlapped", step));
        Assert.Equal(Steps / 5, Enumerable.Range(1, Steps / 5).Select(i => Hash("waited", 5 * i)).Distinct().Count());

        string Hash(string run, int step) => Convert.ToHexString(
            SHA256.HashData(File.ReadAllBytes(_folder.File(run, TrainingCheckpoint.NameOf(step), StateFiles.Tensors))));
    }

    /// <returns>The steps that ended while a checkpoint was being written.</returns>
    private int Train(bool isInBackground, string name)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        using var trainer = AdversarialTrainer.Create(
            Sequential(Linear(4, 600), ReLU(), Linear(600, 600), ReLU(), Linear(600, 2)), Sequential(Linear(2, 4), ReLU(), Linear(4, 1)),
            new UnconditionalObjective(4, AdversarialLoss.NonSaturating));
        var checkpoints = new TrainingCheckpoints(_folder.File(name), every: 5) { KeepLast = Steps, InBackground = isInBackground };
        var overlapped = 0;
        trainer.Fit(Batches.FromTensor(ones(8, 2), 2, seed: 1), steps: Steps,
            callbacks: [checkpoints, TrainingCallback.Every(1, (_, _) => overlapped += checkpoints.IsWriting ? 1 : 0)]);
        return overlapped;
    }
}
