using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>Shows that both implementations of a workload compute the same, so that their times may be compared.</summary>
internal static class StepCheck
{
    private const double Tolerance = 1e-3;

    /// <summary>
    /// Gives both the same weights, lets each take steps from the same random state, and compares the losses of each.
    /// After a step, the losses depend on the gradients and on Adam too.
    /// </summary>
    /// <returns>A report, of which <see cref="StepCheckReport.Equal"/> says whether they agree.</returns>
    internal static StepCheckReport Run(Workload workload, StepVariant variant, int steps)
    {
        using var gankit = workload.WithGanKit(variant);
        using var byHand = workload.ByHand(variant);
        CopyState(gankit.Generator, byHand.Generator);
        CopyState(gankit.Discriminator, byHand.Discriminator);
        var compared = Enumerable.Range(0, steps).Select(Compare).ToArray();
        return new(workload.Name, variant.BatchSize, compared, Equal: compared.All(pair => pair.Difference < Tolerance));

        StepCheckPair Compare(int seed)
        {
            var (ours, theirs) = (Losses(gankit, seed), Losses(byHand, seed));
            return new(ours.Discriminator, theirs.Discriminator, ours.Generator, theirs.Generator);
        }
    }

    private static (double Discriminator, double Generator) Losses(ITrainingStep step, int seed)
    {
        manual_seed(seed);
        step.Run();
        return step.Losses();
    }

    /// <summary>Keys differ, but both list parameters and buffers in the order of their layers.</summary>
    private static void CopyState(nn.Module from, nn.Module to)
    {
        using var noGrad = no_grad();
        var (sources, targets) = (from.state_dict(), to.state_dict());
        if (!sources.Values.Select(Shape).SequenceEqual(targets.Values.Select(Shape)))
        {
            throw new InvalidDataException(
                $"{from.GetName()} and its hand-written equivalent differ in their "
                + $"weights:\n{Describe(sources)}\nand\n{Describe(targets)}");
        }

        foreach (var (source, target) in sources.Values.Zip(targets.Values))
            target.copy_(source);

        static string Shape(Tensor tensor) => string.Join(" x ", tensor.shape);

        static string Describe(Dictionary<string, Tensor> state) =>
            string.Join(", ", state.Select(entry => $"{entry.Key} ({Shape(entry.Value)})"));
    }
}
