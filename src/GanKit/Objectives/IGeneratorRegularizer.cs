using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// A penalty on the generator, added to its loss by any <see cref="Objective{TG, TD, TFakes}"/>, such as the path length of StyleGAN2.
/// </summary>
/// <remarks>
/// Weight and lazy evaluation follow the rules of <see cref="IRegularizer"/>, on generator steps: with <see cref="Interval"/> k it is
/// evaluated on every k-th, and weighs k times as much. It runs in float32, whatever training runs in.
/// </remarks>
public interface IGeneratorRegularizer
{
    /// <summary>The name under which the unweighted penalty is logged, for example <c>path_length</c>.</summary>
    string Name { get; }

    /// <summary>The factor in the generator's loss, before lazy scaling.</summary>
    double Weight { get; }

    /// <summary>Evaluate on every k-th generator step; 1 means on each.</summary>
    int Interval { get; }

    /// <summary>Computes the unweighted penalty; its gradient reaches the generator's weights.</summary>
    /// <param name="generator">The generator, to be run on inputs that the penalty draws; the discriminator is frozen.</param>
    /// <param name="batch">The batch, on the generator's device.</param>
    /// <param name="context">Where training stands.</param>
    /// <returns>A scalar tensor.</returns>
    Tensor Penalty(nn.Module generator, Batch batch, StepContext context);
}
