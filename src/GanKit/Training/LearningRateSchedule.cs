namespace GanKit;

/// <summary>
/// How the learning rates change over a run: a factor on each optimiser's rate, as a pure function of time, so that a
/// resumed run continues where it stopped.
/// </summary>
/// <remarks>
/// Immutable. Derive from it for another curve. Time is the number of steps or epochs that are complete, from 0.
/// </remarks>
/// <param name="unit">The unit of time.</param>
public abstract class LearningRateSchedule(ScheduleUnit unit)
{
    /// <summary>The unit of time.</summary>
    public ScheduleUnit Unit { get; } = unit;

    /// <summary>The factor on the learning rate.</summary>
    /// <param name="time">Steps or epochs (see <see cref="Unit"/>) completed before this one, from 0.</param>
    public abstract double FactorAt(long time);

    /// <summary>The same curve, begun later: for a run that goes on from saved weights.</summary>
    /// <example>
    /// <code>
    /// // pix2pix' 200 epochs, of which 120 are done
    /// new TrainerOptions { Schedule = LearningRateSchedule.LinearDecay(100, 100).StartingAt(120) }
    /// </code>
    /// </example>
    /// <param name="time">Steps or epochs (see <see cref="Unit"/>) that are complete already, at least 0.</param>
    /// <returns>A schedule whose factor at 0 is this one's at <paramref name="time"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is negative.</exception>
    public LearningRateSchedule StartingAt(long time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        return time == 0 ? this : new LaterSchedule(this, time);
    }

    /// <summary>The rate stays as it is. The default.</summary>
    public static LearningRateSchedule Constant { get; } = new ConstantSchedule();

    /// <summary>
    /// Constant for <c>hold</c>, then linear towards zero over <c>decay</c>: factor = 1 - max(0, t + 1 - hold) / (decay
    /// + 1). CycleGAN and pix2pix: 100 and 100 epochs. With hold 0 the whole run decays, within 1 / (decay + 1) of
    /// SNGAN's 1 - t / T.
    /// </summary>
    /// <remarks>
    /// The last step or epoch still has a rate, 1 / (decay + 1) of the first; after it the factor stays 0. With 100 and
    /// 100 that is PyTorch's LambdaLR as the authors published it, stepped at the end of each epoch: epochs 1 to 100 have
    /// the full rate, 101 the first lower one. Their program of 2020 steps at the beginning, one epoch earlier, and so
    /// learns nothing in the last.
    /// </remarks>
    /// <param name="hold">Time at the full rate, at least 0.</param>
    /// <param name="decay">Time over which it falls, at least 1.</param>
    /// <param name="unit">The unit of both; epochs as in the reference implementation.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is out of range.</exception>
    public static LearningRateSchedule LinearDecay(long hold, long decay, ScheduleUnit unit = ScheduleUnit.Epochs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hold);
        ArgumentOutOfRangeException.ThrowIfLessThan(decay, 1);
        return new LinearDecaySchedule(hold, decay, unit);
    }

    /// <summary>
    /// Half a cosine from 1 to <c>floor</c>: floor + (1 - floor)(1 + cos(pi t / total)) / 2 (Loshchilov and Hutter 2017),
    /// as PyTorch's CosineAnnealingLR; it stays at the floor after <c>total</c>.
    /// </summary>
    /// <param name="total">The length of the curve, at least 1.</param>
    /// <param name="floor">The last factor, in [0, 1]; 0 by default.</param>
    /// <param name="unit">The unit of time; steps by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static LearningRateSchedule Cosine(long total, double floor = 0, ScheduleUnit unit = ScheduleUnit.Steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        if (floor is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(floor), floor, "The last factor must be from 0 to 1.");
        return new CosineSchedule(total, floor, unit);
    }

    /// <summary>Multiplies by <c>gamma</c> every so often: gamma^(t div every), as PyTorch's StepLR.</summary>
    /// <param name="every">The time between drops, at least 1.</param>
    /// <param name="gamma">The factor of each drop, above 0; 0.1 as in PyTorch.</param>
    /// <param name="unit">The unit of time; epochs by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static LearningRateSchedule Step(long every, double gamma = 0.1, ScheduleUnit unit = ScheduleUnit.Epochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gamma);
        return new StepSchedule(every, gamma, unit);
    }

    private sealed class LaterSchedule(LearningRateSchedule whole, long start) : LearningRateSchedule(whole.Unit)
    {
        public override double FactorAt(long time) => whole.FactorAt(start + time);
    }

    private sealed class ConstantSchedule() : LearningRateSchedule(ScheduleUnit.Steps)
    {
        public override double FactorAt(long time) => 1;
    }

    private sealed class LinearDecaySchedule(long hold, long decay, ScheduleUnit unit) : LearningRateSchedule(unit)
    {
        public override double FactorAt(long time) => Math.Max(0, 1 - Math.Max(0, time + 1 - hold) / (decay + 1.0));
    }

    private sealed class CosineSchedule(long total, double floor, ScheduleUnit unit) : LearningRateSchedule(unit)
    {
        public override double FactorAt(long time) =>
            floor + (1 - floor) * (1 + Math.Cos(Math.PI * Math.Min(time, total) / total)) / 2;
    }

    private sealed class StepSchedule(long every, double gamma, ScheduleUnit unit) : LearningRateSchedule(unit)
    {
        public override double FactorAt(long time) => Math.Pow(gamma, time / every);
    }
}
