using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Finds out which layer feeds which batch normalisation, by looking at what they are called with: a layer counts where
/// all that it makes goes to one normalisation, unchanged, and to nobody else.
/// </summary>
internal static class NormFeeds
{
    /// <summary>Runs a network a few times and looks.</summary>
    /// <param name="layers">The layers that may feed.</param>
    /// <param name="norms">The normalisations that may be fed.</param>
    /// <param name="run">Runs the network; what it gives belongs to the current scope.</param>
    /// <returns>Who feeds whom.</returns>
    internal static Dictionary<WeightedLayer, BatchNorm> Find(
        IReadOnlyList<WeightedLayer> layers, IReadOnlyList<BatchNorm> norms, Func<Tensor> run)
    {
        if (layers.Count == 0 || norms.Count == 0)
            return [];
        using var scope = NewDisposeScope();
        using var watch = new Watch(layers, norms);
        var output = run();
        var found = watch.Feeds();
        if (found.Count == 0 || AreHidden(found))
            return found;
        // Somebody sees more: who of them it is shows one by one.
        return found.Where(feed => AreHidden([feed])).ToDictionary();

        bool AreHidden(IReadOnlyCollection<KeyValuePair<WeightedLayer, BatchNorm>> feeds)
        {
            using var trial = NewDisposeScope();
            watch.Spoil(feeds);
            return allclose(run(), output, rtol: 1e-3, atol: 1e-5);
        }
    }

    /// <summary>Looks at the calls of layers and norms while it is not disposed.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly List<Action> _unhook = [];
        // Tensors are told apart as objects: networks hand over what they were given.
        private readonly Dictionary<Tensor, (WeightedLayer Layer, Tensor Copy)> _made =
            new(ReferenceEqualityComparer.Instance);
        private readonly List<(WeightedLayer? Layer, BatchNorm Norm)> _normalised = [];
        private HashSet<WeightedLayer> _spoilt = [];

        internal Watch(IReadOnlyList<WeightedLayer> layers, IReadOnlyList<BatchNorm> norms)
        {
            foreach (var layer in layers)
                _unhook.Add(layer.Module.register_forward_hook((_, _, output) => OnMade(layer, output)).remove);
            foreach (var norm in norms)
                _unhook.Add(norm.register_forward_pre_hook((_, input) => OnNormalising(norm, input)).remove);
        }

        /// <summary>Who fed whom in all calls so far, and no other norm.</summary>
        internal Dictionary<WeightedLayer, BatchNorm> Feeds() => _normalised
            .GroupBy(call => call.Norm)
            .Where(calls => calls.First().Layer is { } layer && calls.All(call => call.Layer == layer)
                && _normalised.Count(call => call.Layer == layer) == calls.Count()
                && _made.Values.Count(made => made.Layer == layer) == calls.Count())
            .ToDictionary(calls => calls.First().Layer!, calls => calls.Key);

        /// <summary>From now on, what these layers make is NaN for all but the norm that they feed.</summary>
        internal void Spoil(IEnumerable<KeyValuePair<WeightedLayer, BatchNorm>> feeds) =>
            _spoilt = [.. feeds.Select(feed => feed.Key)];

        public void Dispose()
        {
            foreach (var unhook in _unhook)
                unhook();
            foreach (var (_, copy) in _made.Values)
                copy.Dispose();
        }

        private Tensor OnMade(WeightedLayer layer, Tensor output)
        {
            // Detached, since the scope of a block may end before a norm outside of it.
            _made[output] = (layer, output.clone().DetachFromDisposeScope());
            return _spoilt.Contains(layer) ? output.fill_(double.NaN) : output;
        }

        private Tensor OnNormalising(BatchNorm norm, Tensor input)
        {
            if (!_made.TryGetValue(input, out var made))
            {
                _normalised.Add((null, norm));
                return input;
            }

            // Something may have changed it in place on its way.
            var unchanged = made.Copy.equal(input).all().item<bool>();
            _normalised.Add((unchanged && Fits(made.Layer, norm, input) ? made.Layer : null, norm));
            return _spoilt.Contains(made.Layer) ? made.Copy : input;
        }

        private static bool Fits(WeightedLayer layer, BatchNorm norm, Tensor input)
        {
            using var weight = layer.Read().Weight;
            // (B, C, H, W) from a convolution or (B, C) from a fully connected layer, whose outputs are the last dimension.
            return input.dim() == weight.dim() && weight.size(layer.OutputDimension) == norm.num_features;
        }
    }
}
