namespace GanKit.Data;

/// <summary>Which of two domains, A and B, is translated into the other; pix2pix's option <c>direction</c>.</summary>
public enum PairDirection
{
    /// <summary>A is the input and B the target: <c>AtoB</c>.</summary>
    AToB,

    /// <summary>B is the input and A the target: <c>BtoA</c>.</summary>
    BToA,
}

internal static class PairDirections
{
    /// <summary>A and B as input and target.</summary>
    internal static (T Input, T Target) Order<T>(this PairDirection direction, T a, T b) =>
        direction == PairDirection.BToA ? (b, a) : (a, b);
}
