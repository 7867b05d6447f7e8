using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Keeps training steps and inference of one generator apart, whichever trainers it has: steps and uses run in order of arrival, and one
/// that would wait for itself is refused.
/// </summary>
internal sealed class GeneratorUse
{
    private static readonly ConditionalWeakTable<nn.Module, GeneratorUse> All = [];

    // The step or the use that a flow of code is in. It follows an await, and tasks that are started there.
    private readonly AsyncLocal<object?> _current = new();

    private readonly object _lock = new();
    private readonly LinkedList<object> _waiting = [];
    private readonly List<Inference> _open = []; // the innermost last, with those that ended before one within
    private Action? _putBack; // what the innermost changed
    private (object Flow, int Thread)? _step; // the one that is running

    /// <summary>The one of a generator.</summary>
    internal static GeneratorUse Of(nn.Module generator) => All.GetValue(generator, static _ => new());

    /// <summary>Begins a step; no use of the generator begins until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">The caller uses it, or is part of a step.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before its turn came.</exception>
    internal IDisposable BeginStep(CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            if (_open.Exists(IsMine))
            {
                throw new InvalidOperationException(
                    "The generator is in use for inference: dispose what UseForInference returned before training on, or "
                    + "the step would run in evaluation mode and be lost when the generator's own weights come back.");
            }

            Wait(cancellation);
            _step = (new(), Environment.CurrentManagedThreadId);
            return new Step(this);
        }
    }

    /// <summary>Makes the generator ready for inference until the result is disposed.</summary>
    /// <param name="network">The generator, with the networks that learn with it.</param>
    /// <param name="average">The weights to use, or none for its own.</param>
    /// <param name="mode">How it runs.</param>
    /// <exception cref="InvalidOperationException">The caller is part of a step, or one of several threads within a use, and
    /// wants other weights or another mode than that.
    /// </exception>
    internal IDisposable BeginInference(nn.Module network, MovingAverage? average, InferenceMode mode)
    {
        lock (_lock)
        {
            var outer = _open.FindLast(use => !use.HasEnded && IsIn(use));
            if (outer is null)
                Wait(default);
            var use = new Inference(this, network, average, mode, outer?.Flow ?? new());
            if (_open.Count > 0 && !_open[^1].IsLike(use))
            {
                if (_open[^1].Thread != use.Thread)
                {
                    throw new InvalidOperationException(
                        "This thread was started within UseForInference, which holds for it too, and asks for other weights or "
                        + "another mode: dispose what that returned first, or ask for the same.");
                }

                Leave();
            }

            try
            {
                _putBack ??= new InferenceState(network, average, mode).Dispose;
            }
            catch
            {
                if (_open.Count > 0)
                    Enter(_open[^1]);
                throw;
            }

            _open.Add(use);
            _current.Value = use.Flow;
            use.StopGradients();
            return use;
        }
    }

    /// <summary>Waits until no other flow of code trains or uses the generator; null, at once, where the caller itself does.</summary>
    internal IDisposable? BeginEnd()
    {
        lock (_lock)
        {
            return IsInStep() || _open.Exists(IsMine) ? null : BeginStep();
        }
    }

    private void Wait(CancellationToken cancellation)
    {
        if (IsInStep())
        {
            throw new InvalidOperationException(
                "A step of this generator is running, and this is called by a part of it: use the trainer between its steps.");
        }

        var wake = cancellation.Register(() =>
        {
            lock (_lock)
                Monitor.PulseAll(_lock);
        });
        var place = _waiting.AddLast(new object());
        try
        {
            while (_waiting.First != place || _step is not null || _open.Count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_lock);
            }
        }
        finally
        {
            wake.Unregister(); // Dispose would wait for it, with the lock that it wants
            _waiting.Remove(place);
            Monitor.PulseAll(_lock);
        }
    }

    private bool IsInStep() =>
        _step is { } step && (step.Flow == _current.Value || step.Thread == Environment.CurrentManagedThreadId);

    private bool IsIn(Inference use) => _current.Value == use.Flow;

    // A use belongs to its flow of code, on any thread, and to the thread that began it, in any flow.
    private bool IsMine(Inference use) =>
        !use.HasEnded && (IsIn(use) || use.Thread == Environment.CurrentManagedThreadId);

    private void End(Inference ended)
    {
        if (_open.Count == 0)
            return;
        var former = _open[^1];
        while (_open.Count > 0 && _open[^1].HasEnded)
            _open.RemoveAt(_open.Count - 1);
        if (IsIn(ended) && !_open.Exists(use => !use.HasEnded && use.Flow == ended.Flow))
            _current.Value = null;
        Monitor.PulseAll(_lock);
        if (_open.Count > 0 && _open[^1].IsLike(former))
            return;
        Leave();
        if (_open.Count > 0)
            Enter(_open[^1]);
    }

    private void Enter(Inference use) => _putBack = new InferenceState(use.Network, use.Average, use.Mode).Dispose;

    private void Leave()
    {
        var putBack = _putBack;
        _putBack = null;
        putBack?.Invoke();
    }

    private sealed class Step : IDisposable
    {
        private readonly GeneratorUse _owner;
        private readonly object? _former;

        internal Step(GeneratorUse owner)
        {
            (_owner, _former) = (owner, owner._current.Value);
            owner._current.Value = owner._step!.Value.Flow;
        }

        public void Dispose()
        {
            lock (_owner._lock)
            {
                _owner._current.Value = _former;
                _owner._step = null;
                Monitor.PulseAll(_owner._lock);
            }
        }
    }

    private sealed class Inference(GeneratorUse owner, nn.Module network, MovingAverage? average, InferenceMode mode, object flow) : IDisposable
    {
        private NoGradients? _noGradients;

        internal nn.Module Network => network;

        internal MovingAverage? Average => average;

        internal InferenceMode Mode => mode;

        internal object Flow => flow;

        internal int Thread { get; } = Environment.CurrentManagedThreadId;

        internal bool HasEnded { get; private set; }

        internal bool IsLike(Inference other) => Network == other.Network && Average == other.Average && Mode == other.Mode;

        internal void StopGradients() => _noGradients = new();

        public void Dispose()
        {
            var onItsThread = true;
            lock (owner._lock)
            {
                if (HasEnded)
                    return;
                HasEnded = true;
                try
                {
                    owner.End(this);
                }
                finally
                {
                    onItsThread = _noGradients!.TryEnd();
                }
            }

            if (!onItsThread)
            {
                throw new InvalidOperationException(
                    "What UseForInference returned was disposed on another thread than it was made on, where gradients stay "
                    + "off now. The generator is as it was. Dispose it on the same thread: use none across an await.");
            }
        }
    }
}
