using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The checks that objectives make of their options and batches.</summary>
internal static class ObjectiveGuard
{
    /// <summary>Requires a finite weight of at least 0.</summary>
    internal static double RequireWeight(double value, [CallerMemberName] string name = "") =>
        value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}, but must be a finite number of at least "
            + "0.");

    /// <summary>Runs a generator from latents to samples.</summary>
    internal static Tensor Generate(nn.Module<Tensor, Tensor> generator, Tensor latents) =>
        Guarded.Network("generator", generator, [("latents", latents)], () => generator.call(latents));

    /// <summary>Runs a generator with a condition for each sample.</summary>
    internal static Tensor Generate(nn.Module<Tensor, Tensor, Tensor> generator, Tensor latents, Tensor condition) =>
        Guarded.Network("generator", generator, [("latents", latents), ("conditions", condition)],
            () => generator.call(latents, condition));

    /// <summary>Runs a generator from images to images.</summary>
    internal static Tensor Translate(
        nn.Module<Tensor, Tensor> generator, Tensor pictures, string role = "generator", string what = "conditions") =>
        Guarded.Network(role, generator, [(what, pictures)], () => generator.call(pictures));

    /// <summary>How far outputs are from their targets.</summary>
    internal static Tensor Distance(IReconstructionLoss loss, Tensor output, Tensor target) =>
        Guarded.Run("reconstruction loss", loss, [("outputs", output), ("targets", target)], () => loss.Loss(output, target));

    /// <summary>Requires an image to translate.</summary>
    internal static Tensor RequireInput(Batch batch, string objective)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Condition is not { } input || input.dim() != 4)
        {
            throw new ArgumentException(
                $"{objective} translates the images (B, C, H, W) in Batch.Condition, but "
                + $"{(batch.Condition is { } other ? $"that has shape {other.Describe()}" : "there are none")}. "
                + "Load pairs, or pass them as the batch's second argument.", nameof(batch));
        }

        return input;
    }

    /// <summary>Requires a condition for each sample.</summary>
    internal static Tensor RequireCondition(Batch batch, string objective)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Condition ?? throw new ArgumentException(
            $"{objective} needs conditions (labels or attributes) in Batch.Condition, but there are none. Load labelled "
            + "data, or pass them as the batch's second argument.",
            nameof(batch));
    }
}
