using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Sees to it that a generator is either trained or used for inference: the one waits for the other to end, or is refused
/// where that would be waiting for itself.
/// </summary>
internal sealed class GeneratorUse(nn.Module generator)
{
    // Set where inference begins, and inherited by what is awaited or started there, which may go on on other threads.
    private readonly AsyncLocal<object?> _flow = new();

    private readonly object _lock = new();
    private readonly List<Inference> _open = []; // the innermost last, with those that ended before one within
    private InferenceState? _state; // of the innermost
    private int _stepThread; // 0, where no step is running

    /// <summary>Begins a step; nobody uses the generator until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">The caller uses it, or is part of a step.</exception>
    internal IDisposable BeginStep()
    {
        lock (_lock)
        {
            while (_stepThread != 0 || _open.Count > 0)
            {
                RequireOutsideOfStep();
                if (IsWithin())
                {
                    throw new InvalidOperationException(
                        "The generator is in use for inference: dispose what UseForInference returned before training on, or "
                        + "the step would run in evaluation mode and be lost when the generator's own weights come back.");
                }

                Monitor.Wait(_lock);
            }

            _stepThread = Environment.CurrentManagedThreadId;
            return new Step(this);
        }
    }

    /// <summary>Makes the generator ready for inference until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">The caller is part of a step, or is one of several threads that use the
    /// generator together, and wants other weights or another mode than the others.
    /// </exception>
    internal IDisposable BeginInference(MovingAverage? average, InferenceMode mode)
    {
        lock (_lock)
        {
            while (_stepThread != 0 || (_open.Count > 0 && !IsWithin()))
            {
                RequireOutsideOfStep();
                Monitor.Wait(_lock);
            }

            var inference = new Inference(this, average, mode, _flow.Value ??= new());
            if (_open.Count > 0 && !_open[^1].IsLike(inference))
            {
                if (_open[^1].Thread != inference.Thread)
                {
                    throw new InvalidOperationException(
                        "The generator is in use for inference on another thread, with other weights or in another mode; "
                        + "dispose what UseForInference returned there first, or ask for the same.");
                }

                Leave();
            }

            _state ??= new(generator, average, mode);
            _open.Add(inference);
            inference.StopGradients();
            return inference;
        }
    }

    private void End(Inference ended)
    {
        lock (_lock)
        {
            var former = _open[^1];
            while (_open.Count > 0 && _open[^1].HasEnded)
                _open.RemoveAt(_open.Count - 1);
            if (_open.Count == 0 || !_open[^1].IsLike(former))
                Leave();
            if (_open.Count > 0)
                _state ??= new(generator, _open[^1].Average, _open[^1].Mode);
            if (!_open.Exists(inference => inference.Flow == ended.Flow))
                _flow.Value = null;
            Monitor.PulseAll(_lock);
        }
    }

    private void Leave()
    {
        _state!.Dispose();
        _state = null;
    }

    private void RequireOutsideOfStep()
    {
        if (_stepThread == Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException(
                "A step of this trainer is running, and this is called by a part of it: use the trainer between its steps.");
        }
    }

    private bool IsWithin() => _open.Exists(
        inference => inference.Thread == Environment.CurrentManagedThreadId || inference.Flow == _flow.Value);

    private sealed class Step(GeneratorUse owner) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._lock)
            {
                owner._stepThread = 0;
                Monitor.PulseAll(owner._lock);
            }
        }
    }

    private sealed class Inference(GeneratorUse owner, MovingAverage? average, InferenceMode mode, object flow) : IDisposable
    {
        private NoGradients? _noGradients;

        internal MovingAverage? Average => average;

        internal InferenceMode Mode => mode;

        internal object Flow => flow;

        internal int Thread { get; } = Environment.CurrentManagedThreadId;

        internal bool HasEnded { get; private set; }

        internal bool IsLike(Inference other) => Average == other.Average && Mode == other.Mode;

        internal void StopGradients() => _noGradients = new();

        public void Dispose()
        {
            if (HasEnded)
                return;
            HasEnded = true;
            owner.End(this);
            if (!_noGradients!.TryEnd())
            {
                throw new InvalidOperationException(
                    "What UseForInference returned was disposed on another thread than it was made on, where gradients stay "
                    + "off now. The generator is as it was. Dispose it on the same thread: use none across an await.");
            }
        }
    }
}
