using TorchSharp.Modules;

namespace GanKit.Tests.Training;

public class LearningRateScheduleTests
{
    [Fact]
    public void LinearDecay_HundredAndHundredEpochs_IsTheReferenceImplementations()
    {
        var schedule = LearningRateSchedule.LinearDecay(100, 100);
        Assert.Equal(ScheduleUnit.Epochs, schedule.Unit);
        for (var epoch = 0; epoch < 200; epoch++)
            Assert.Equal(1 - Math.Max(0, epoch + 1 - 100) / 101.0, schedule.FactorAt(epoch), 12); // junyanz, epoch_count 1
        Assert.Equal(1, schedule.FactorAt(99));
        Assert.Equal(100 / 101.0, schedule.FactorAt(100), 12);
        Assert.Equal(1 / 101.0, schedule.FactorAt(199), 12);
        Assert.Equal(0, schedule.FactorAt(10_000));
    }

    [Fact]
    public void StartingAt_AnEpoch_GoesOnFromThere()
    {
        var rest = LearningRateSchedule.LinearDecay(100, 100).StartingAt(120);
        Assert.Equal(ScheduleUnit.Epochs, rest.Unit);
        for (var epoch = 0; epoch < 80; epoch++)
            Assert.Equal(1 - Math.Max(0, epoch + 121 - 100) / 101.0, rest.FactorAt(epoch), 12); // junyanz, epoch_count 121
        Assert.Equal(rest.FactorAt(7), LearningRateSchedule.LinearDecay(100, 100).StartingAt(60).StartingAt(60).FactorAt(7));
        Assert.Equal(
            LearningRateSchedule.Cosine(50).FactorAt(20), LearningRateSchedule.Cosine(50).StartingAt(20).FactorAt(0));
        Assert.Equal(ScheduleUnit.Steps, LearningRateSchedule.Cosine(50).StartingAt(20).Unit);
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Constant.StartingAt(-1));
    }

    /// <summary>Two epochs and two more are four.</summary>
    [Theory]
    [InlineData(ScheduleUnit.Steps, 8)]
    [InlineData(ScheduleUnit.Epochs, 2)]
    public void Trainer_ThatGoesOn_HasTheRatesOfOneRun(ScheduleUnit unit, int done)
    {
        var whole = LearningRateSchedule.Step(every: 1, gamma: 0.5, unit);
        var rates = Rates(whole, epochs: 4);
        Assert.Equal(rates, [.. Rates(whole, epochs: 2), .. Rates(whole.StartingAt(done), epochs: 2)]);

        static List<double> Rates(LearningRateSchedule schedule, int epochs)
        {
            List<double> rates = [];
            optim.Optimizer? last = null;
            using var trainer = Tiny.Trainer(new TrainerOptions
            {
                Schedule = schedule,
                Optimizer = (parameters, rate) => last = optim.SGD(parameters, rate),
            });
            foreach (var _ in trainer.Steps(Tiny.Data(), epochs))
                rates.Add(last!.ParamGroups.Single().LearningRate);
            return rates;
        }
    }

    [Fact]
    public void LinearDecay_AnEpochEarlier_IsTheReferenceProgramOf2020()
    {
        var schedule = LearningRateSchedule.LinearDecay(99, 100);
        for (var epoch = 1; epoch <= 200; epoch++) // which steps the scheduler once before epoch 1
            Assert.Equal(1 - Math.Max(0, epoch + 1 - 100) / 101.0, schedule.FactorAt(epoch - 1), 12);
        Assert.Equal(0, schedule.FactorAt(199));
    }

    [Fact]
    public void Cosine_FollowsPyTorchsClosedForm()
    {
        var schedule = LearningRateSchedule.Cosine(total: 100, floor: 0.1);
        Assert.Equal(1, schedule.FactorAt(0), 12);
        Assert.Equal(0.55, schedule.FactorAt(50), 12);
        Assert.Equal(0.1 + 0.9 * (1 + Math.Cos(Math.PI * 0.25)) / 2, schedule.FactorAt(25), 12);
        Assert.Equal(0.1, schedule.FactorAt(100), 12);
        Assert.Equal(0.1, schedule.FactorAt(150), 12);
    }

    [Fact]
    public void Step_DropsByGamma()
    {
        var schedule = LearningRateSchedule.Step(every: 30, gamma: 0.5);
        Assert.Equal([1, 1, 0.5, 0.25], new[] { 0, 29, 30, 89 }.Select(time => schedule.FactorAt(time)));
    }

    [Theory]
    [InlineData(ScheduleUnit.Steps, new[] { 1, 0.5, 0.25, 0.125 })]
    [InlineData(ScheduleUnit.Epochs, new[] { 1, 1, 0.5, 0.5 })] // two batches an epoch
    public void Trainer_AppliesTheSchedule_ToTheOptimisers(ScheduleUnit unit, double[] expected)
    {
        var optimizers = new List<optim.Optimizer>();
        using var trainer = Tiny.Trainer(new TrainerOptions
        {
            Schedule = LearningRateSchedule.Step(every: 1, gamma: 0.5, unit),
            Optimizer = (parameters, _) =>
            {
                optimizers.Add(optim.SGD(parameters, 0.8));
                return optimizers[^1];
            },
        });
        var step = 0;
        foreach (var _ in trainer.Steps(Tiny.Data(samples: 40, batchSize: 20), epochs: 2))
        {
            Assert.All(optimizers, optimizer =>
                Assert.Equal(0.8 * expected[step], optimizer.ParamGroups.Single().LearningRate, 12));
            step++;
        }

        Assert.Equal(4, step);
    }

    [Fact]
    public void Trainer_ScalesEveryGroup_FromItsOwnRate()
    {
        optim.Optimizer? optimizer = null;
        using var trainer = Tiny.Trainer(new TrainerOptions
        {
            Schedule = LearningRateSchedule.Step(every: 1, gamma: 0.5, ScheduleUnit.Steps),
            Optimizer = (parameters, rate) => optimizer = optim.SGD(
                new[] { new SGD.ParamGroup(parameters.Take(1), lr: 0.8), new SGD.ParamGroup(parameters.Skip(1), lr: 0.4) },
                rate),
        });
        using var batch = Tiny.Batch();
        trainer.Step(batch);
        trainer.Step(batch);
        Assert.Equal([0.4, 0.2], optimizer!.ParamGroups.Select(group => group.LearningRate));
    }

    [Fact]
    public void LengthsOutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.LinearDecay(-1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.LinearDecay(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine(1, floor: 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Step(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Step(1, gamma: 0));
    }
}
