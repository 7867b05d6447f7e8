using GanKit.Tests.Training;

namespace GanKit.Tests.Resuming;

/// <summary>What the last bits of a run depend on is restored, or told.</summary>
public sealed class RunEnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [LibtorchThreads(2)]
    public void Resume_WithOtherThreads_TakesThoseOfTheRun_UnlessToldNotTo()
    {
        set_num_threads(1);
        using var first = StateRuns.All["DCGAN"](1).Fit(2, new TrainingCheckpoints(_folder.Path));
        using var resumed = StateRuns.All["DCGAN"](2);

        set_num_threads(2);
        var own = resumed.Trainer.Resume(_folder.Path, ResumeChanges.Threads);
        Assert.Equal("The run had 1 thread of libtorch's, and goes on with 2: results may differ in their last bits.", Assert.Single(own.Notices));
        Assert.Equal(2, get_num_threads());

        Assert.Empty(resumed.Trainer.Resume(_folder.Path).Notices);
        Assert.Equal(1, get_num_threads());
    }

    [Theory]
    [InlineData("instructions", "AVX-1024")]
    [InlineData("processor", "Another")]
    [InlineData("libtorch", "1.0.0")]
    [InlineData("device", "cuda")]
    public void Restore_OnAnotherMachine_SaysWhatIsNotTheSame(string name, string then)
    {
        var texts = RunEnvironment.Current(CPU).Texts;
        Assert.Empty(new RunEnvironment(new(texts)).Restore(CPU, keepThreads: false));
        var now = texts[name];
        texts[name] = then;

        Assert.Equal([$"The run's {name} was {then}, and is {now} now: results may differ in their last bits."],
            new RunEnvironment(texts).Restore(CPU, keepThreads: false));
    }

    [Fact]
    public void Restore_OfMoreThreadsThanProcessors_SaysThatItMayBeSlow()
    {
        var before = get_num_threads();
        var texts = RunEnvironment.Current(CPU).Texts;
        texts["threads"] = $"{Environment.ProcessorCount + 1}";
        try
        {
            Assert.Contains("it may be slow", Assert.Single(new RunEnvironment(texts).Restore(CPU, keepThreads: false)), StringComparison.Ordinal);
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
