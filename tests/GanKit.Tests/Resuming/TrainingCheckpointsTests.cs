using System.Security.Cryptography;
using GanKit.Tests.Training;

namespace GanKit.Tests.Resuming;

/// <summary>Checkpoints within one process: what is written, kept, found and resumed from.</summary>
public sealed class TrainingCheckpointsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("checkpoints");

    public static TheoryData<string> Runs => [.. StateRuns.All.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Runs))]
    public void Resume_InARunMadeAnew_GoesOnToTheLastBit(string name)
    {
        using var scope = NewDisposeScope();
        using var straight = StateRuns.All[name](1).Fit(16);
        using var first = StateRuns.All[name](1).Fit(7, new TrainingCheckpoints(Folder, every: 4) { InBackground = name.Length % 2 == 0 });
        Assert.Equal([4L, 7L], TrainingCheckpoint.In(Folder).Select(checkpoint => checkpoint.Step));

        using var resumed = StateRuns.All[name](999);
        var from = resumed.Trainer.Resume(Folder);
        resumed.Fit(9);

        Assert.Equal((7, Path.Combine(Folder, "step-00000007")), (from.Step, from.FolderPath));
        Assert.Equal(straight.Log.Skip(7), resumed.Log);
        using State end = straight.Trainer.SaveState(), other = resumed.Trainer.SaveState();
        Assert.Equal(StateRuns.Flat(end), StateRuns.Flat(other));
    }

    [Fact]
    public void Write_OfTheSameState_MakesTheSameFiles()
    {
        using var straight = StateRuns.All["CycleGAN"](1).Fit(12, new TrainingCheckpoints(_folder.File("straight"), every: 12));
        using var first = StateRuns.All["CycleGAN"](1).Fit(5, new TrainingCheckpoints(Folder));
        using var resumed = StateRuns.All["CycleGAN"](2);
        resumed.Trainer.Resume(Folder);
        resumed.Fit(7, new TrainingCheckpoints(Folder));

        foreach (var file in (string[])["state.safetensors", "state.json"])
            Assert.Equal(Hash("straight/step-00000012", file), Hash("checkpoints/step-00000012", file));

        string Hash(string folder, string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_folder.File(Path.Combine(folder, file)))));
    }
}
