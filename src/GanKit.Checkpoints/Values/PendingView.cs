using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// An operation that PyTorch applies to the numbers of a storage on use: a conjugate or negative view. There is one object
/// for each, so that references compare.
/// </summary>
internal sealed class PendingView
{
    private static readonly PendingView Both = new(isNegative: true, numbers => numbers.conj_physical().neg());
    private static readonly PendingView Conjugate = new(isNegative: false, numbers => numbers.conj_physical());
    private static readonly PendingView Negative = new(isNegative: true, numbers => numbers.neg());

    private PendingView(bool isNegative, Func<Tensor, Tensor> apply) => (IsNegative, Apply) = (isNegative, apply);

    internal bool IsNegative { get; }

    /// <summary>Makes the numbers that the view shows of those in memory.</summary>
    internal Func<Tensor, Tensor> Apply { get; }

    /// <summary>The view with these marks, or null where there are none.</summary>
    internal static PendingView? Find(bool isConjugate, bool isNegative) => (isConjugate, isNegative) switch
    {
        (true, true) => Both,
        (true, false) => Conjugate,
        (false, true) => Negative,
        _ => null,
    };
}
