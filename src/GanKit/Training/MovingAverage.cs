using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// An exponential moving average of a network's weights, average = decay average + (1 - decay) weights, which samples
/// better than the weights of any one step (Yazici et al. 2019, "The Unusual Effectiveness of Averaging in GAN Training").
/// </summary>
/// <remarks>
/// Follows PyTorch's <c>AveragedModel</c> with <c>get_ema_multi_avg_fn</c> and <c>use_buffers=True</c>: the first update
/// copies; later ones average parameters and floating-point buffers, so that batch-norm statistics belong to the averaged
/// weights. Whole-number buffers (batch counters), and those that begin with infinity (masks), are copied. It holds tensors
/// and no second network, so it works with any module. Not thread safe.
/// <para>With the warm-up, an update after n others weighs the past by min(decay, (1 + n) / (10 + n)), as TensorFlow's
/// <c>ExponentialMovingAverage</c> does with <c>num_updates</c>: without it, the untrained weights that an average begins
/// with rule a short run.</para>
/// </remarks>
public sealed class MovingAverage : IDisposable, IStateful
{
    private readonly (string Name, Tensor Live, Tensor Average, bool IsBuffer)[] _weights;
    private readonly Tensor[] _averages, _lives; // floating-point numbers, in pairs
    private readonly Tensor[] _copies, _copied; // whole numbers, in pairs
    private readonly bool _warmUp;
    private long _updates;
    private bool _disposed;

    /// <summary>Begins an average at the network's present weights.</summary>
    /// <param name="network">The network to average, on its final device.</param>
    /// <param name="decay">The weight of the past, in [0, 1).</param>
    /// <param name="warmUp">Whether early updates weigh the past less; true, as the trainer does. PyTorch has no such
    /// thing.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is outside [0, 1).</exception>
    public MovingAverage(nn.Module network, double decay, bool warmUp = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (decay is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay must be in [0, 1).");
        (Decay, _warmUp) = (decay, warmUp);
        _weights =
        [
            .. network.named_parameters().Select(live => (live.name, (Tensor)live.parameter, live.parameter.KeptCopy(), false)),
            .. network.named_buffers().Select(live => (live.name, live.buffer, live.buffer.KeptCopy(), true)),
        ];
        var isAveraged = _weights.ToLookup(entry => IsAveraged(entry.Live, entry.IsBuffer));
        (_averages, _lives) = ([.. isAveraged[true].Select(entry => entry.Average)], [.. isAveraged[true].Select(entry => entry.Live)]);
        (_copies, _copied) = ([.. isAveraged[false].Select(entry => entry.Average)], [.. isAveraged[false].Select(entry => entry.Live)]);

        // A mask's minus infinity would become NaN.
        static bool IsAveraged(Tensor live, bool isBuffer)
        {
            using var scope = NewDisposeScope();
            return live.is_complex() || live.is_floating_point()
                && (!isBuffer || live.device_type == TorchSharp.DeviceType.META || live.isfinite().all().item<bool>());
        }
    }

    /// <summary>Each averaged tensor, and the name that the network has for its own.</summary>
    internal IEnumerable<(string Name, Tensor Average, bool IsBuffer)> Tensors =>
        _weights.Select(entry => (entry.Name, entry.Average, entry.IsBuffer));

    /// <summary>The weight of the past in each update, after any warm-up.</summary>
    public double Decay { get; }

    /// <summary>Takes the network's present weights into the average.</summary>
    /// <exception cref="ObjectDisposedException">The average is disposed.</exception>
    public void Update()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var decay = _updates == 0 ? 0 : _warmUp ? Math.Min(Decay, (1.0 + _updates) / (10 + _updates)) : Decay;
        if (decay > 0)
        {
            ManyTensors.Lerp(_averages, _lives, 1 - decay);
            ManyTensors.Copy(_copies, _copied);
        }
        else
        {
            ManyTensors.Copy([.. _averages, .. _copies], [.. _lives, .. _copied]);
        }

        _updates++;
    }

    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Value("updates", ref _updates, least: 0);
        foreach (var entry in _weights)
            visitor.Tensor($"average.{entry.Name}", entry.Average);
    }

    /// <summary>Puts the averaged weights into the network until the result is disposed. Don't train meanwhile.</summary>
    /// <returns>Dispose it to put the network's own weights back.</returns>
    /// <example><code>using (average.Apply()) generator.SaveWeights("generator.dat");</code></example>
    /// <exception cref="ObjectDisposedException">The average is disposed.</exception>
    public IDisposable Apply()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new Applied([.. _weights.Select(entry => (entry.Live, entry.Average))]);
    }

    /// <summary>Frees the averaged weights; the network keeps its own.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var entry in _weights)
            entry.Average.Dispose();
    }

    private sealed class Applied : IDisposable
    {
        private readonly (Tensor Live, Tensor Own)[] _saved;
        private bool _restored;

        internal Applied((Tensor Live, Tensor Average)[] weights)
        {
            using var _ = no_grad();
            _saved = [.. weights.Select(pair => (pair.Live, pair.Live.KeptCopy()))];
            foreach (var (live, averaged) in weights)
                live.copy_(averaged);
            AutocastScope.ForgetCasts(); // a scope may be around, and its casts are of the other weights
        }

        public void Dispose()
        {
            if (_restored)
                return;
            _restored = true;
            using var _ = no_grad();
            foreach (var (live, own) in _saved)
            {
                live.copy_(own);
                own.Dispose();
            }

            AutocastScope.ForgetCasts();
        }
    }
}
