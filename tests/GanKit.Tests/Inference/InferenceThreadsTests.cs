using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>Networks are used from many threads at once, and give what they give one after the other.</summary>
public class InferenceThreadsTests
{
    private const int Threads = 8;

    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Translators = new()
    {
        ["unet"] = () => new UnetGenerator(downs: 3, width: 2),
        ["unet spectral"] = () => new UnetGenerator(downs: 3, width: 2, norm: Norm.Instance, spectralNorm: true),
        ["resnet batch"] = () => new ResnetGenerator(width: 2, blocks: 1, norm: Norm.Batch),
        ["resnet instance"] = () => new ResnetGenerator(width: 2, blocks: 1),
        ["resnet with a norm of the user's"] = () => new ResnetGenerator(
            width: 2, blocks: 1, norm: new Norm("Quick", channels => BatchNorm2d(channels, momentum: 0.5), removesChannelMean: true)),
        ["srgan"] = () => new SrganGenerator(scale: 2, width: 2, blocks: 1),
        ["rrdb"] = () => new RrdbGenerator(width: 2, blocks: 1, growth: 2, scale: 2),
    };

    public static TheoryData<string, string, bool> Cases { get; } = new MatrixTheoryData<string, string, bool>(
        [.. Translators.Keys], ["Own", "RunningStatistics", "BatchStatistics", "AsTrained"], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Translate_OnManyThreads_EqualsOneAndChangesNothing(string name, string mode, bool training) =>
        Translate(name, mode, training, calls: 5);

    [Theory(Explicit = true)]
    [MemberData(nameof(Cases))]
    public void Translate_OnManyThreadsFor500Calls_EqualsOneAndChangesNothing(string name, string mode, bool training) =>
        Translate(name, mode, training, calls: 500);

    public static TheoryData<string, string> Prepared { get; } = new MatrixTheoryData<string, string>(
        [.. ForInferenceTests.Names.Select(row => row.Data)], ["Own", "BatchStatistics", "AsTrained"]);

    [Theory]
    [MemberData(nameof(Prepared))]
    public void Call_OnManyThreads_EqualsOne(string name, string mode) => Call(name, mode, calls: 5);

    [Theory(Explicit = true)]
    [MemberData(nameof(Prepared))]
    public void Call_OnManyThreadsFor500Calls_EqualsOne(string name, string mode) => Call(name, mode, calls: 500);

    /// <summary>A prepared network is called while its original trains, is saved, moved and disposed.</summary>
    [Fact]
    public void Call_WhileTheOriginalTrains_GivesWhatItGave()
    {
        using var scope = NewDisposeScope();
        var generator = new DcganGenerator(16, width: 2, latentSize: 4);
        using var discriminator = new DcganDiscriminator(16, width: 2);
        var trainer = AdversarialTrainer.Create(
            generator, discriminator, new UnconditionalObjective(4, AdversarialLoss.NonSaturating));
        using var batch = new Batch(randn(4, 3, 16, 16));
        trainer.Step(batch);
        using var fast = generator.ForInference();
        var input = randn(3, 4);
        var expected = fast.call(input);
        var calls = 0;

        Run(
            () =>
            {
                using var given = fast.call(input);
                RequireEqual(expected, given);
                Interlocked.Increment(ref calls);
            },
            () =>
            {
                for (var step = 0; step < 20; step++)
                    trainer.Step(batch);
                using var folder = new TemporaryFolder();
                generator.SaveWeights(folder.File("weights.dat"));
                generator.to(float64);
                trainer.Dispose();
                generator.Dispose();
                var before = Volatile.Read(ref calls);
                SpinWait.SpinUntil(() => Volatile.Read(ref calls) > before + 20, TimeSpan.FromMinutes(1));
            });

        TensorAssert.Equal(expected, fast.call(input));
        Assert.InRange(calls, 20, int.MaxValue);
    }

    /// <summary>
    /// Samples beside training are those that some step left, and training goes on as if nobody sampled.
    /// </summary>
    [Fact]
    public void Sample_WhileAnotherThreadTrains_ChangesNeitherTheSamplesNorTheTraining()
    {
        const int Steps = 30;
        using var scope = NewDisposeScope();
        using var batch = new Batch(randn(4, 3, 16, 16));
        var samples = new HashSet<string>();
        string weights;
        using (var alone = Make())
        {
            Take(alone);
            for (var step = 0; step < Steps; step++)
            {
                alone.Step(batch);
                Take(alone);
            }

            weights = TextOf([.. alone.Generator.parameters()]);
        }

        Assert.Equal(2 * Steps, samples.Count); // until the second step, the average is the weights
        using var trainer = Make();
        Run(
            () =>
            {
                using var own = NewDisposeScope();
                Assert.Contains(TextOf(trainer.Sample(2, seed: 3)), samples);
                using var use = trainer.UseForInference(averaged: false);
                Assert.False(trainer.Generator.training);
                Assert.Contains(TextOf(trainer.Sample(2, averaged: false, seed: 3)), samples);
            },
            () =>
            {
                for (var step = 0; step < Steps; step++)
                    trainer.Step(batch);
            });

        Assert.Equal(weights, TextOf([.. trainer.Generator.parameters()]));
        Assert.True(trainer.Generator.training);
        Assert.True(is_grad_enabled());

        static AdversarialTrainer<DcganGenerator, DcganDiscriminator> Make()
        {
            manual_seed(4);
            return AdversarialTrainer.Create(
                new DcganGenerator(16, width: 2, latentSize: 4), new DcganDiscriminator(16, width: 2),
                new UnconditionalObjective(4, AdversarialLoss.NonSaturating), new TrainerOptions { AverageDecay = 0.9 });
        }

        void Take(AdversarialTrainer<DcganGenerator, DcganDiscriminator> trainer)
        {
            samples.Add(TextOf(trainer.Sample(2, seed: 3)));
            samples.Add(TextOf(trainer.Sample(2, averaged: false, seed: 3)));
        }
    }

    /// <summary>Every option of a prepared network, on many threads.</summary>
    [Theory]
    [InlineData("BatchStatistics", false, null)]
    [InlineData("AsTrained", false, 2L)]
    [InlineData("RunningStatistics", true, null)]
    [InlineData("RunningStatistics", false, 1L)]
    public void Translate_OfAPreparedNetworkOnManyThreads_EqualsOne(string mode, bool lowPrecision, long? batchSize)
    {
        using var scope = NewDisposeScope();
        using var generator = new UnetGenerator(downs: 3, width: 2);
        using var fast = generator.ForInference(new()
        {
            Mode = Mode(mode),
            Precision = lowPrecision ? Precision.BFloat16 : Precision.Float32,
            BatchSize = batchSize,
        });
        var options = new TranslateOptions { Fit = PictureFit.Tiles(size: 16, overlap: 8) };
        var picture = rand(2, 3, 21, 30);
        var expected = fast.Translate(picture, options);

        RunEach(_ =>
        {
            using var given = fast.Translate(picture, options);
            RequireEqual(expected, given);
        }, calls: 5);
    }

    private static InferenceMode Mode(string name) =>
        (InferenceMode)typeof(InferenceMode).GetProperty(name)!.GetValue(null)!;

    private static string TextOf(params Tensor[] tensors) => string.Concat(tensors.Select(tensor =>
    {
        using var own = tensor.detach().contiguous();
        return Convert.ToHexString(own.bytes);
    }));

    private static void Translate(string name, string mode, bool training, int calls)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var generator = Translators[name]();
        generator.train(training);
        var state = generator.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var modes = generator.modules().Select(module => module.training).ToArray();
        var options = new TranslateOptions
        {
            Mode = Mode(mode),
        };
        var pictures = Enumerable.Range(0, Threads).Select(_ => rand(3, 16, 16)).ToArray();
        var expected = pictures.Select(picture => generator.Translate(picture, options)).ToArray();

        RunEach(index =>
        {
            using var given = generator.Translate(pictures[index], options);
            RequireEqual(expected[index], given);
        }, calls);

        Assert.Equal(modes, generator.modules().Select(module => module.training));
        foreach (var (key, value) in generator.state_dict())
            TensorAssert.Equal(state[key], value);
    }

    private static void Call(string name, string mode, int calls)
    {
        using var scope = NewDisposeScope();
        using var network = ForInferenceTests.Make(name, ScalarType.Float32);
        using var prepared = new ForInferenceTests.Prepared(name, network, new() { Mode = Mode(mode) });
        var inputs = ForInferenceTests.Inputs(name);
        var expected = prepared.Call(inputs);

        RunEach(_ =>
        {
            using var given = prepared.Call(inputs);
            RequireEqual(expected, given);
        }, calls);
    }

    /// <summary>Calls on each of several threads, beside one that collects garbage; no tensor is left.</summary>
    private static void RunEach(Action<int> call, int calls)
    {
        var next = -1;
        var left = Threads * calls;
        Run(
            () =>
            {
                var index = Interlocked.Increment(ref next) % Threads;
                var live = LiveTensors.OfThisThread;
                for (var i = 0; i < calls; i++)
                {
                    call(index);
                    Interlocked.Decrement(ref left);
                }

                Assert.Equal(live, LiveTensors.OfThisThread);
            },
            () =>
            {
                while (Volatile.Read(ref left) > 0)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    Thread.Sleep(1);
                }
            },
            once: true);
    }

    /// <summary>Runs an action on each of several threads, over and over until another one's end, or once.</summary>
    private static void Run(Action action, Action beside, bool once = false)
    {
        var errors = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var over = false;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            try
            {
                do
                    action();
                while (!once && !Volatile.Read(ref over));
            }
            catch (Exception exception)
            {
                errors.Enqueue(exception);
                Volatile.Write(ref over, true);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        if (once)
        {
            var other = new Thread(() => beside()) { IsBackground = true };
            other.Start();
            foreach (var thread in threads)
                thread.Join();
            if (errors.IsEmpty)
                other.Join();
        }
        else
        {
            beside();
            Volatile.Write(ref over, true);
            foreach (var thread in threads)
                thread.Join();
        }

        Assert.Empty(errors);
    }

    private static void RequireEqual(Tensor expected, Tensor given)
    {
        using var scope = NewDisposeScope();
        Assert.True(expected.equal(given).all().item<bool>(), "Another result than one call after the other.");
    }
}
