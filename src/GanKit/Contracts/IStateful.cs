namespace GanKit;

/// <summary>A part of a run with a state that changes during training, and that can be saved and loaded.</summary>
/// <remarks>
/// <para>One method serves both ways: it names each entry once, and the visitor saves, checks or loads it.
/// <see cref="StatefulExtensions.SaveState"/> takes a snapshot, and <see cref="StatefulExtensions.LoadState"/> checks all of one before
/// it changes anything. A part that is given to the trainer belongs to the trainer's state: an objective with its losses,
/// regularizers and latents, a learning rate schedule, modules of a network, an optimiser, <see cref="Batches"/> and callbacks.</para>
/// <para>Constructor arguments are no state: sizes, weights of losses, file names.</para>
/// </remarks>
/// <example>
/// <code>
/// internal sealed class AdaptivePenalty : IRegularizer, IStateful
/// {
///     private readonly Tensor _mean = zeros(1);
///     private long _looks;
///
///     public void VisitState(StateVisitor visitor)
///     {
///         visitor.Tensor("mean", _mean);
///         visitor.Value("looks", ref _looks);
///     }
/// }
/// </code>
/// </example>
public interface IStateful
{
    /// <summary>
    /// Names every entry of the state to the visitor: the same entries whether it saves, checks or loads. It is called up to twice
    /// for one load, first to check.
    /// </summary>
    /// <param name="visitor">Saves, checks or loads what it is shown.</param>
    void VisitState(StateVisitor visitor);
}
