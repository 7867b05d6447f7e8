namespace GanKit;

/// <summary>
/// An objective that says which pictures show what its generator has learnt: samples, a row a class, or input, output and truth.
/// </summary>
/// <remarks>
/// An <see cref="ISampler{TG}"/> without one shows samples. <see cref="ITrainer.Preview"/> calls it, and so do <c>SampleGrid</c>,
/// <c>TensorBoardLog</c> and callbacks of yours.
/// </remarks>
/// <typeparam name="TG">The generators it can draw with.</typeparam>
public interface IPreviewer<in TG>
    where TG : TorchSharp.torch.nn.Module
{
    /// <summary>Draws a preview, without gradients and in the mode and with the weights that the caller has set.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="context">How many pictures, a seeded random source, and a batch that is the same each time.</param>
    /// <returns>
    /// Rows, whose n-th pictures belong together and are shown below one another. Tensors belong to the current dispose scope.
    /// </returns>
    IReadOnlyList<PreviewRow> Preview(TG generator, PreviewContext context);
}
