using System.Collections;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The loss of one network in one step: named, weighted scalars, and values that are only observed.
/// </summary>
/// <example>
/// <code>
/// new LossTerms
/// {
///     { "adversarial", loss.GeneratorLoss(fakeLogits) },
///     { "l1", (fake - real).abs().mean(), 100 },
/// }
/// </code>
/// </example>
public sealed class LossTerms : IEnumerable<LossTerm>
{
    private readonly List<LossTerm> _terms = [];
    private readonly List<(string Name, Tensor Value)> _observations = [];

    /// <summary>Values that are logged and not minimised, under the name they have in the log.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Observations => _observations;

    /// <summary>Adds a part of the loss.</summary>
    /// <param name="name">The name in the log.</param>
    /// <param name="value">A scalar tensor, on the networks' device.</param>
    /// <param name="weight">Its factor in <see cref="Total"/>; 1 by default.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is not a scalar, or the name is taken.</exception>
    public void Add(string name, Tensor value, double weight = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        RequireScalar(name, value);
        if (_terms.Exists(term => term.Name == name))
        {
            throw new ArgumentException(
                $"This loss has a term named '{name}' already; each name can be used once.", nameof(name));
        }

        _terms.Add(new LossTerm(name, value, weight));
    }

    /// <summary>Adds all of another's terms and observations; their names must be new here.</summary>
    /// <param name="others">The terms to add.</param>
    /// <returns>These terms, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    public LossTerms Add(LossTerms others)
    {
        ArgumentNullException.ThrowIfNull(others);
        foreach (var term in others)
            Add(term.Name, term.Value, term.Weight);
        _observations.AddRange(others._observations);
        return this;
    }

    /// <summary>Logs a value without minimising it.</summary>
    /// <param name="name">The name in the log.</param>
    /// <param name="value">A scalar tensor; its graph is not followed.</param>
    /// <returns>These terms, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException"><paramref name="value"/> is not a scalar.</exception>
    public LossTerms Observe(string name, Tensor value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        RequireScalar(name, value);
        _observations.Add((name, value.detach()));
        return this;
    }

    /// <summary>The weighted sum of all terms, the scalar to call backward on.</summary>
    /// <exception cref="InvalidOperationException">There are no terms.</exception>
    public Tensor Total()
    {
        if (_terms.Count == 0)
            throw new InvalidOperationException("A loss needs at least one term; the objective returned none.");
        return _terms.Select(Weighted).Aggregate((sum, term) => sum.Plus(term));

        // An unweighted term is used as it is, so that a single-term loss is bit for bit the loss function's.
        static Tensor Weighted(LossTerm term) => term.Weight == 1 ? term.Value : term.Value.Times(term.Weight);
    }

    /// <summary>Enumerates the terms in the order they were added.</summary>
    public IEnumerator<LossTerm> GetEnumerator() => _terms.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static void RequireScalar(string name, Tensor value)
    {
        if (value is null)
            throw new ArgumentNullException(nameof(value), $"The loss term '{name}' is null; it must be a scalar tensor.");
        if (value.numel() != 1)
        {
            throw new ArgumentException(
                $"The loss term '{name}' must be a scalar, but has shape {value.Describe()}; reduce it with mean() or "
                + "sum().", nameof(value));
        }
    }
}
