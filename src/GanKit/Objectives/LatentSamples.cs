using static TorchSharp.torch;

namespace GanKit;

/// <summary>How objectives whose generators take latents sample and draw previews.</summary>
internal static class LatentSamples
{
    private const long AtATime = 256; // bounds the memory of a large request
    private const int MostRows = 32;

    internal static Tensor Draw(
        nn.Module<Tensor, Tensor> generator, Latent latent, long count, Device device, Generator? random, Tensor? condition)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (condition is not null)
        {
            throw new ArgumentException(
                $"The generator {generator.GetType().Name} takes latents and no condition: ask for samples without a label or a condition.",
                nameof(condition));
        }

        using var scope = NewDisposeScope();
        var latents = latent.SampleFor(generator, count, device, random);
        return cat([.. latents.split(AtATime).Select(part => ObjectiveGuard.Generate(generator, part))]).MoveToOuterDisposeScope();
    }

    internal static Tensor Draw(
        nn.Module<Tensor, Tensor, Tensor> generator, Latent latent, long count, Device device, Generator? random, Tensor? condition)
    {
        ArgumentNullException.ThrowIfNull(generator);
        using var scope = NewDisposeScope();
        condition ??= EachClassInTurn(generator, count, device);
        if (condition.dim() == 0 || condition.shape[0] != count)
        {
            throw new ArgumentException(
                $"Each of {count} samples needs one condition, but these have shape {condition.Describe()}.", nameof(condition));
        }

        return Run(generator, latent.SampleFor(generator, count, device, random), condition).MoveToOuterDisposeScope();
    }

    /// <summary>The same latents in each row, whose condition is a class or one of the batch's.</summary>
    internal static IReadOnlyList<PreviewRow> Preview(nn.Module<Tensor, Tensor, Tensor> generator, Latent latent, PreviewContext context)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(context);
        using var scope = NewDisposeScope();
        var columns = context.Options.Columns;
        var latents = latent.SampleFor(generator, columns, context.Device, context.Random);
        PreviewRow[] rows = [.. Conditions().Select(entry => new PreviewRow(entry.Label, Run(
            generator, latents, entry.Condition.unsqueeze(0).expand([columns, .. entry.Condition.shape]).contiguous()).MoveToOuterDisposeScope()))];
        return rows;

        IEnumerable<(string Label, Tensor Condition)> Conditions()
        {
            if (ClassCount(generator) is { } count)
                return Classes(Enumerable.Range(0, (int)Math.Min(count, MostRows)).Select(label => (long)label));
            var given = ObjectiveGuard.RequireCondition(context.Batch, "A conditional objective");
            if (given.dtype == int64 && given.dim() == 1)
                return Classes(given.cpu().data<long>().ToArray().Distinct().Order().Take(MostRows));
            return Enumerable.Range(0, (int)Math.Min(given.shape[0], columns)).Select(i => (LabelOf(given[i], i), given[i]));
        }

        IEnumerable<(string, Tensor)> Classes(IEnumerable<long> labels) =>
            labels.Select(label => ($"class {label}", tensor(label, dtype: int64, device: context.Device)));

        static string LabelOf(Tensor condition, int number) => condition.dim() == 1 && condition.numel() <= 16
            ? string.Join(" ", condition.to(float32).cpu().data<float>().ToArray().Select(value => FormattableString.Invariant($"{value:0.##}")))
            : $"condition {number}";
    }

    private static Tensor Run(nn.Module<Tensor, Tensor, Tensor> generator, Tensor latents, Tensor condition) => cat([
        .. latents.split(AtATime).Zip(condition.split(AtATime), (part, told) => ObjectiveGuard.Generate(generator, part, told))]);

    private static Tensor EachClassInTurn(nn.Module<Tensor, Tensor, Tensor> generator, long count, Device device) =>
        arange(count, dtype: int64, device: device).remainder(ClassCount(generator) ?? throw new NotSupportedException(
            $"{generator.GetType().Name} does not say how many classes there are (IClassConditional), or takes another condition than a "
            + "class: give a label or conditions to Sample."));

    private static long? ClassCount(nn.Module generator) => (generator as IClassConditional)?.ClassCount;
}
