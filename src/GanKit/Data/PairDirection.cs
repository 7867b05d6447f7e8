namespace GanKit;

/// <summary>Which of two domains, A and B, is translated into the other.</summary>
public sealed class PairDirection
{
    private PairDirection(string name) => Name = name;

    /// <summary>A is the input and B the target.</summary>
    public static PairDirection AToB { get; } = new("AtoB");

    /// <summary>B is the input and A the target.</summary>
    public static PairDirection BToA { get; } = new("BtoA");

    /// <summary>The name, as pix2pix's option <c>direction</c> has it: <c>AtoB</c> or <c>BtoA</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>A and B as input and target.</summary>
    internal (T Input, T Target) Order<T>(T a, T b) => this == BToA ? (b, a) : (a, b);
}
