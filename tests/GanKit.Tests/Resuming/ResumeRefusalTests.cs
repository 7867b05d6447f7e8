using GanKit.Tests.Training;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Resuming;

/// <summary>What is no more as in the run is named, and refused or allowed.</summary>
public sealed class ResumeRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("checkpoints");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Changes => new()
    {
        { "rate", "options/LearningRate was 0.0002, and is 0.001 here" },
        { "betas", "options/Betas was (0.5, 0.999), and is (0.9, 0.999) here" },
        { "schedule", "options/Schedule was ConstantSchedule, and is CosineSchedule here" },
        { "average", "options/AverageDecay was none, and is 0.9 here" },
        { "loss", "objective/Loss was NonSaturatingLoss, and is HingeLoss here" },
        { "penalty", "objective/regularizers/0 was nothing, and is R1Penalty here" },
        { "optimizer", "optimizer/generator/0 was Adam with LearningRate: 0.0002" },
        { "accumulation", "options/GradientAccumulation was 1, and is 2 here" },
        { "precision", "options/Precision/Name was float32, and is float16 here" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Resume_WithAnotherOption_IsRefused_OrAllowed(string change, string expected)
    {
        using var scope = NewDisposeScope();
        using var first = Make("").Fit(3, new TrainingCheckpoints(Folder));
        using var changed = Make(change);
        var before = StateRuns.Flat(changed.Trainer.SaveState());

        var error = Assert.Throws<ArgumentException>(() => changed.Trainer.Resume(Folder));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("ResumeChanges.Options", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, StateRuns.Flat(changed.Trainer.SaveState()));
        Assert.Equal(3, changed.Trainer.Resume(Folder, ResumeChanges.Options).Step);
        changed.Fit(2, new TrainingCheckpoints(Folder));
        Assert.Equal([3L, 5L], TrainingCheckpoint.In(Folder).Select(checkpoint => checkpoint.Step));
    }

    public static TheoryData<string, string> Architectures => new()
    {
        { "width", "discriminator/0 was Linear (" },
        { "slope", "discriminator/1 was LeakyReLU (inplace: false, negative_slope: 0.2), and is LeakyReLU (inplace: false, negative_slope: 0.1) here" },
        { "layer", "discriminator/1 was LeakyReLU" },
        { "dropout", "discriminator/2 was Dropout" },
    };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Resume_WithAnotherArchitecture_IsRefused_WhateverIsAllowed(string change, string expected)
    {
        using var scope = NewDisposeScope();
        using var first = Mlp("").Fit(3, new TrainingCheckpoints(Folder));
        using var changed = Mlp(change);

        var error = Assert.Throws<ArgumentException>(() => changed.Trainer.Resume(Folder, ResumeChanges.Options | ResumeChanges.Data));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("the architecture is another", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, changed.Trainer.StepCount);
    }

    [Theory]
    [InlineData("shorter", "'data/content' is 'tensors (8, 2)")]
    [InlineData("other", "'data/content' is 'tensors (8, 2)")]
    [InlineData("batch", "'data/batch_size' is 2 in the state, and 4 here")]
    public void Fit_OnOtherData_IsRefused_OrAllowed(string change, string expected)
    {
        using var scope = NewDisposeScope();
        using var first = Mlp("").Fit(3, new TrainingCheckpoints(Folder));
        using var refused = Mlp("", change);
        refused.Trainer.Resume(Folder);
        using var allowed = Mlp("", change);
        allowed.Trainer.Resume(Folder, ResumeChanges.Data);

        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => refused.Fit(1)).Message, StringComparison.Ordinal);
        allowed.Fit(2);
        Assert.Equal(5, allowed.Trainer.StepCount);
        using var state = allowed.Trainer.SaveState();
        Assert.Equal(change == "batch" ? 8L : 4L, ((State)((State)state["fit"]!)["data"]!)["samples_done"]); // from its beginning
    }

    /// <summary>What a part of a user's holds is neither read nor written down: data, endless lists, other libraries' objects.</summary>
    [Fact]
    public void Resume_WithAPartThatHoldsDataAndSecrets_ReadsNoneOfThem()
    {
        using var first = Trainer();
        first.Fit(Tiny.Data(), steps: 2, callbacks: [new TrainingCheckpoints(_folder.Path, every: 2)]);
        using var second = Trainer();
        second.Resume(_folder.Path);
        Assert.Equal(2, second.StepCount);
        Assert.DoesNotContain("secret", File.ReadAllText(Directory.GetFiles(_folder.Path, "run.json", SearchOption.AllDirectories).Single()), StringComparison.Ordinal);

        static AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>> Trainer() => AdversarialTrainer.Create(
            Tiny.Generator(), Tiny.Discriminator(), Tiny.Objective(new Holder()));
    }

    [Fact]
    public void Resume_FromANewerFormat_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var first = Mlp("").Fit(3, new TrainingCheckpoints(Folder));
        Rewrite("run.json", text => text.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));
        using var resumed = Mlp("");

        foreach (var path in (string[])[Folder, _folder.File("checkpoints", "step-00000003")])
        {
            var error = Assert.Throws<CheckpointFormatException>(() => resumed.Trainer.Resume(path));
            Assert.Contains("version 2 of the format, and this GanKit", error.Message, StringComparison.Ordinal);
            Assert.Contains("reads up to version 1", error.Message, StringComparison.Ordinal);
        }

        void Rewrite(string file, Func<string, string> change)
        {
            var path = _folder.File("checkpoints", "step-00000003", file);
            var sums = _folder.File("checkpoints", "step-00000003", "SHA256SUMS");
            string before = Sum(), text = File.ReadAllText(path);
            File.WriteAllText(path, change(text));
            Assert.NotEqual(before, Sum());
            File.WriteAllText(sums, File.ReadAllText(sums).Replace(before, Sum(), StringComparison.Ordinal));

            string Sum() => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));
        }
    }

    private static StateRuns Make(string change) => StateRuns.Make(1,
        () => new DcganGenerator(imageSize: 16, channels: 1, latentSize: 4, width: 4),
        () => new DcganDiscriminator(imageSize: 16, channels: 1, width: 4),
        new UnconditionalObjective(4, change == "loss" ? AdversarialLoss.Hinge : AdversarialLoss.NonSaturating,
            change == "penalty" ? [new R1Penalty()] : []),
        Batches.FromTensor(zeros(22, 1, 16, 16), 4, seed: 1), change switch
        {
            "rate" => new() { LearningRate = 1e-3 },
            "betas" => new() { Betas = (0.9, 0.999) },
            "schedule" => new() { Schedule = LearningRateSchedule.Cosine(10) },
            "average" => new() { AverageDecay = 0.9 },
            "optimizer" => new() { Optimizer = (parameters, rate) => Optimizers.RmsProp(parameters, rate) },
            "accumulation" => new() { GradientAccumulation = 2 },
            "precision" => new() { Precision = Precision.Float16 },
            _ => new(),
        });

    private static StateRuns Mlp(string change, string data = "")
    {
        manual_seed(data == "other" ? 2 : 1);
        var samples = randn(data == "shorter" ? 6 : 8, 2);
        var width = change == "width" ? 5 : 4;
        return StateRuns.Make(1, () => Sequential(Linear(3, 4), ReLU(), Linear(4, 2)),
            () => Sequential(Linear(2, width), change == "layer" ? ReLU() : LeakyReLU(change == "slope" ? 0.1 : 0.2),
                Dropout(change == "dropout" ? 0.2 : 0.1), Linear(width, 1)),
            new UnconditionalObjective(3, AdversarialLoss.NonSaturating), Batches.FromTensor(samples, data == "batch" ? 4 : 2, seed: 1), new());
    }

    private sealed class Holder : IRegularizer
    {
        private readonly object _gate = new();
        private readonly IEnumerable<int> _endless = Endless();
        private readonly System.Net.Http.Headers.AuthenticationHeaderValue _held = new("Bearer", "secret");

        public string Name => $"holder{_endless.First()}{_held.Scheme}{_gate.GetType().Name}";

        public double Weight => 1;

        public int Interval => 1;

        public Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake) => critic(real).mean();

        private static IEnumerable<int> Endless()
        {
            while (true)
                yield return 1;
        }
    }
}
