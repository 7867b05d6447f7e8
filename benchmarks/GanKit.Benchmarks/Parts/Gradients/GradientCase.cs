using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>A part of the library and what a competent user writes for it with TorchSharp alone.</summary>
/// <param name="Name">What the table shows.</param>
/// <param name="GanKit">Makes the part ready.</param>
/// <param name="ByHand">Makes its equivalent ready, for the same inputs.</param>
internal sealed record GradientCase(string Name, Func<Work> GanKit, Func<Work> ByHand)
{
    private const double Tolerance = 1e-4;

    /// <summary>
    /// Makes both ready, from the same state and random numbers, and sees to it that they compute the same.
    /// </summary>
    /// <exception cref="InvalidDataException">They do not.</exception>
    internal (Work GanKit, Work ByHand, Tensor Weights) Prepare()
    {
        var (ours, theirs) = (Seeded(GanKit), Seeded(ByHand));
        using (no_grad())
        {
            foreach (var (source, target) in ours.State.Zip(theirs.State, (source, target) => (source, target)))
                target.copy_(source);
        }

        using var scope = NewDisposeScope();
        var weights = Seeded(() => randn_like(ours.Forward()));
        // That forward pass advanced what a layer keeps, such as the vectors of a spectral norm.
        Seeded(theirs.Forward);
        var (a, b) = (Seeded(() => ours.Differentiate(weights)), Seeded(() => theirs.Differentiate(weights)));
        RequireAlike("result", a.Result, b.Result);
        for (var i = 0; i < a.Gradients.Length; i++)
            RequireAlike($"gradient {i}", a.Gradients[i], b.Gradients[i]);
        return (ours, theirs, weights.MoveToOuterDisposeScope());
    }

    private static T Seeded<T>(Func<T> make)
    {
        manual_seed(1);
        return make();
    }

    private void RequireAlike(string what, Tensor ours, Tensor theirs)
    {
        var difference = (ours - theirs).abs().max().item<float>();
        if (!(difference <= Tolerance * Math.Max(1, theirs.abs().max().item<float>())))
            throw new InvalidDataException($"{Name}: the {what} differs by {difference} from the hand-written one.");
    }
}
