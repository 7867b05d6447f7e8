using System.Globalization;

namespace GanKit.Tests.Runtime;

public sealed class HostMemoryTests : IDisposable
{
    private const long Elements = 4 << 20; // 16 MiB of float32: on threads but the first, glibc keeps no block of 64 MiB
    private readonly bool _before = Devices.KeepHostMemory;

    public void Dispose() => Devices.KeepHostMemory = _before;

    [Fact]
    public void KeepHostMemory_Kept_TheNextTensorTakesNoNewPages()
    {
        Assert.SkipUnless(TurnOn(), "There is no glibc, or the environment decides about its memory.");
        Touch();
        var faults = FaultsOfTouching();

        Assert.InRange(faults, 0, 500); // the tensor has 4096 pages
    }

    [Fact]
    public void KeepHostMemory_SetToFalse_GivesBackAndTakesPagesAnew()
    {
        Assert.SkipUnless(TurnOn(), "There is no glibc, or the environment decides about its memory.");
        Touch();
        var held = ResidentMiB();

        Devices.KeepHostMemory = false;

        Assert.False(Devices.KeepHostMemory);
        Assert.InRange(held - ResidentMiB(), 10, 100_000);
        var faults = FaultsOfTouching();

        Assert.InRange(faults, 200, 1_000_000); // of 4096, or fewer where pages are larger
    }

    [Fact]
    public void Trainer_OnTheProcessor_KeepsMemoryUnlessTold()
    {
        Assert.SkipUnless(TurnOn(), "There is no glibc, or the environment decides about its memory.");
        Devices.KeepHostMemory = false;
        using (Training.Tiny.Trainer(new TrainerOptions { KeepHostMemory = false }))
            Assert.False(Devices.KeepHostMemory);

        using (Training.Tiny.Trainer())
        {
            Assert.True(Devices.KeepHostMemory);
            Touch();
        }

        Assert.True(Devices.KeepHostMemory); // another trainer may be at work
        var faults = FaultsOfTouching();

        Assert.InRange(faults, 200, 1_000_000); // it gave back what was free
    }

    /// <summary>Memory is given back once: the process goes on to keep what is freed from then on.</summary>
    [Fact]
    public void Trainer_DisposedWithinAnothers_LeavesMemoryKept()
    {
        Assert.SkipUnless(TurnOn(), "There is no glibc, or the environment decides about its memory.");
        using var outer = Training.Tiny.Trainer();
        for (var time = 0; time < 3; time++)
        {
            using (Training.Tiny.Trainer())
                Touch();
            Touch();
            var faults = FaultsOfTouching();

            Assert.True(Devices.KeepHostMemory);
            Assert.InRange(faults, 0, 500);
        }
    }

    [Fact]
    public void Trainer_ToldNotToKeep_GivesNothingBack()
    {
        Assert.SkipUnless(TurnOn(), "There is no glibc, or the environment decides about its memory.");
        using (Training.Tiny.Trainer(new TrainerOptions { KeepHostMemory = false }))
        {
            Assert.True(Devices.KeepHostMemory); // another caller asked for it
            Touch();
        }

        var faults = FaultsOfTouching();

        Assert.True(Devices.KeepHostMemory);
        Assert.InRange(faults, 0, 500);
    }

    [Fact]
    public void Trainer_OnAnotherDevice_LeavesTheProcessAsItWas()
    {
        Assert.SkipUnless(TurnOn(), "There is no glibc, or the environment decides about its memory.");
        Devices.KeepHostMemory = false;

        using (Training.Tiny.Trainer(new TrainerOptions { Device = META }))
            Assert.False(Devices.KeepHostMemory);
        Assert.False(Devices.KeepHostMemory);
    }

    [Fact]
    public void KeepHostMemory_SetByManyThreads_IsWhatItSays()
    {
        Assert.SkipUnless(TurnOn(), "There is no glibc, or the environment decides about its memory.");
        for (var round = 0; round < 20; round++)
        {
            Parallel.For(0, 8, number => Devices.KeepHostMemory = number % 2 == 0);
            Devices.KeepHostMemory = true;
            Touch();
            var faults = FaultsOfTouching();

            Assert.InRange(faults, 0, 500);
        }
    }

    [Fact]
    public void Trainer_ThatCanNotBeMade_LeavesTheProcessAsItWas()
    {
        Assert.SkipUnless(TurnOn(), "There is no glibc, or the environment decides about its memory.");
        Devices.KeepHostMemory = false;

        Assert.Throws<ArgumentException>(() => AdversarialTrainer.Create(
            nn.Sequential(nn.ReLU()), Training.Tiny.Discriminator(), Training.Tiny.Objective()));

        Assert.False(Devices.KeepHostMemory);
    }

    private static bool TurnOn()
    {
        Devices.KeepHostMemory = true;
        return Devices.KeepHostMemory;
    }

    private static void Touch()
    {
        using var block = ones(Elements);
    }

    private static long FaultsOfTouching()
    {
        var before = PageFaults();
        Touch();
        return PageFaults() - before;
    }

    // Page faults that needed no disk, field 10 of the line; the name in field 2 has no blank or bracket.
    private static long PageFaults() =>
        long.Parse(File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[7], CultureInfo.InvariantCulture);

    private static long ResidentMiB()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64 >> 20;
    }
}
