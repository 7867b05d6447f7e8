using System.Security.Cryptography;

namespace GanKit.Tests.Resuming;

/// <summary>Runs of every system that stop and go on in other processes, made anew from other seeds, end in the files of runs that never stopped.</summary>
public sealed class NewProcessTests(NewProcessTests.Runs runs) : IClassFixture<NewProcessTests.Runs>
{
    private const string Program =
        """
        using GanKit;
        using GanKit.Data;
        using GanKit.Layers;
        using GanKit.Networks;
        using GanKit.Resuming;
        using TorchSharp;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        const int Seed = SEED;
        var systems = new Dictionary<string, Func<Run>>
        {
            ["dcgan"] = () => Dcgan(new() { AverageDecay = 0.9, MaxGradientNorm = 1 }),
            ["cgan"] = () => Make(AdversarialTrainer.Create(
                new ConditionalDcganGenerator(Conditioning.Classes(4), 16, channels: 1, latentSize: 4, width: 4, embeddingSize: 2),
                new ConditionalDcganDiscriminator(Conditioning.Classes(4), 16, channels: 1, width: 4),
                new ConditionalObjective(4, AdversarialLoss.Hinge), new() { AverageDecay = 0.5 }), Data(Shapes.Load(22, 20))),
            ["pix2pix"] = () => Make(AdversarialTrainer.Create(
                new UnetGenerator(inChannels: 1, outChannels: 1, downs: 4, width: 4, dropout: true),
                new PatchDiscriminator(inChannels: 2, width: 4, layers: 1), new PairedObjective(),
                TrainerOptions.Pix2Pix with { Schedule = LearningRateSchedule.LinearDecay(1, 3) }),
                Data(ImageDataset.Paired(Shapes.Load(22, 20).Source, Shapes.Load(22, 20, seed: 1).Source))),
            ["cyclegan"] = () => Make(AdversarialTrainer.Create(
                new CyclePair<ResnetGenerator>(() => new ResnetGenerator(inChannels: 1, outChannels: 1, width: 4, blocks: 1)),
                new DomainPair<PatchDiscriminator>(() => new PatchDiscriminator(inChannels: 1, width: 4, layers: 1, norm: Norm.Instance)),
                new CycleObjective { PoolSize = 5, PoolSeed = Seed }, TrainerOptions.CycleGan),
                Data(ImageDataset.Unpaired(Shapes.Load(22, 20).Source, Shapes.Load(9, 20, seed: 1).Source))),
            ["wgan-gp"] = () => Dcgan(TrainerOptions.WganGp with { DiscriminatorSteps = 2, Schedule = LearningRateSchedule.Cosine(20) },
                AdversarialLoss.Wasserstein, new GradientPenalty(interval: 2), new R1Penalty(interval: 3)),
            ["bfloat16"] = () => Dcgan(new() { Precision = Precision.BFloat16, ChannelsLast = true }),
            ["float16"] = () => Dcgan(new() { Precision = Precision.Float16 }),
            ["accumulation"] = () => Dcgan(new() { GradientAccumulation = 2, FreshRealBatch = true }),
            ["rmsprop"] = () => Dcgan(new() { Optimizer = (parameters, rate) => Optimizers.RmsProp(parameters, rate, momentum: 0.5, centered: true) }),
        };
        foreach (var (name, make) in systems)
        {
            foreach (var (folder, steps, resumes) in new (string, int, bool)[] { PLAN })
            {
                manual_seed(Seed);
                var run = make();
                var checkpoints = new TrainingCheckpoints($"{folder}/{name}", every: 2) { KeepLast = 2 };
                if (resumes)
                    foreach (var notice in run.Trainer.Resume(checkpoints.Folder).Notices)
                        Console.WriteLine(notice);
                run.Fit(steps, checkpoints);
            }
        }

        static Batches Data(ImageDataset images) => images.RandomCrop(16).FlipHorizontally().Batches(4, seed: Seed, workers: 3);

        static Run Dcgan(TrainerOptions options, IAdversarialLoss? loss = null, params IRegularizer[] regularizers) => Make(AdversarialTrainer.Create(
            new DcganGenerator(16, 1, 4, 4), (Module<Tensor, Tensor>)(loss is null ? new DcganDiscriminator(16, 1, 4)
                : new PatchDiscriminator(inChannels: 1, width: 4, layers: 1, norm: Norm.Instance)),
            new UnconditionalObjective(4, loss ?? AdversarialLoss.NonSaturating, regularizers), options), Data(Shapes.Load(22, 20)));

        static Run Make<TG, TD>(AdversarialTrainer<TG, TD> trainer, Batches data)
            where TG : Module
            where TD : Module => new(trainer, (steps, callback) => trainer.Fit(data, steps: steps, callbacks: [callback]));

        record Run(ITrainer Trainer, Action<long, TrainingCallback> Fit);
        """;

    public static TheoryData<string> Systems =>
        ["dcgan", "cgan", "pix2pix", "cyclegan", "wgan-gp", "bfloat16", "float16", "accumulation", "rmsprop"];

    [Theory]
    [MemberData(nameof(Systems))]
    public void Resume_InNewProcesses_EndsInTheFilesOfTheRunThatNeverStopped(string system)
    {
        foreach (var file in (string[])["state.safetensors", "state.json"])
            Assert.Equal(runs.Hash("straight", system, file), runs.Hash("parts", system, file));
    }

    [Fact]
    public void Resume_OnTheSameMachine_HasNothingToSay() => Assert.All(runs.Output, Assert.Empty);

    /// <summary>The processes, each of which does all systems, so that starting them costs little.</summary>
    public sealed class Runs : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Runs() => Output =
        [
            Run(1, "(\"straight\", 12, false), (\"parts\", 3, false)"), // within the first epoch
            Run(77, "(\"parts\", 2, true)"), // to its end
            Run(5, "(\"parts\", 2, true)"), // within the second
            Run(9, "(\"parts\", 5, true)"),
        ];

        public IReadOnlyList<string> Output { get; }

        public string Hash(string folder, string system, string file) => Convert.ToHexString(
            SHA256.HashData(File.ReadAllBytes(_folder.File(Path.Combine(folder, system, "step-00000012", file)))));

        public void Dispose() => _folder.Dispose();

        private string Run(int seed, string plan) => ChildProgram.Run(Program.Replace("SEED", $"{seed}", StringComparison.Ordinal)
            .Replace("PLAN", plan, StringComparison.Ordinal), _folder.Path);
    }
}
