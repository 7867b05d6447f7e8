using System.Collections;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>A source of minibatches whose every enumeration is one epoch.</summary>
/// <remarks>
/// The enumerator owns what it yields: a <see cref="Batch"/> is valid until the next <c>MoveNext</c>, so that
/// <c>foreach (var batch in batches) trainer.Step(batch);</c> leaks nothing.
/// </remarks>
public abstract partial class Batches : IReadOnlyCollection<Batch>, IStateful
{
    /// <summary>Batches in an epoch.</summary>
    public abstract int Count { get; }

    /// <summary>The largest number of samples in a batch.</summary>
    public abstract long BatchSize { get; }

    /// <summary>Begins the next epoch.</summary>
    public abstract IEnumerator<Batch> GetEnumerator();

    /// <summary>
    /// Which epoch it is at, how much of it was yielded, and the seed of its orders. After a state was loaded, the next enumeration is
    /// the rest of the epoch that the state was taken in, or nothing where that was after its last batch.
    /// </summary>
    /// <inheritdoc/>
    public abstract void VisitState(StateVisitor visitor);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Minibatches of samples that are in memory already.</summary>
    /// <param name="samples">
    /// Samples (N, ...) of a floating-point type, on any device. The batches share their memory without owning the
    /// tensor: dispose it when you like, and don't write to it meanwhile.
    /// </param>
    /// <param name="batchSize">Samples in a batch, at least 1.</param>
    /// <param name="conditions">The condition of each sample: labels (N) int64, or anything of shape (N, ...).</param>
    /// <param name="shuffle">Whether each epoch has its own random order; the order of the tensor otherwise.</param>
    /// <param name="seed">
    /// The same seed gives the same orders on any machine: epoch e of one run is epoch e of the other. By default
    /// a fresh one.
    /// </param>
    /// <param name="dropLast">
    /// Whether to leave out a last batch that is not full. PyTorch keeps it by default; here the default is to drop it,
    /// because batch normalisation and minibatch statistics misjudge a small batch, and shuffling brings what was left
    /// out in other epochs.
    /// </param>
    /// <param name="others">
    /// Other tensors (N, ...) by name, such as masks or lengths, which arrive as <c>batch["mask"]</c>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are no samples, or fewer than one batch while the last is dropped; they are not floating-point; a sample or
    /// condition is NaN or infinite; the numbers of samples and conditions differ.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is less than 1, or 2^31 or more.</exception>
    public static Batches FromTensor(
        Tensor samples, long batchSize, Tensor? conditions = null, bool shuffle = true, long? seed = null,
        bool dropLast = true, IReadOnlyDictionary<string, Tensor>? others = null) =>
        new TensorBatches(samples, batchSize, conditions, shuffle, seed, dropLast, others);

    /// <summary>The same batches, each with one more tensor, made of what is in it already.</summary>
    /// <param name="name">The new tensor's name: it arrives as <c>batch[name]</c>.</param>
    /// <param name="make">
    /// Makes it (B, ...) of a batch, which stays as it is. It runs where the batches are enumerated, without gradients.
    /// </param>
    /// <returns>Batches of these; an epoch of the one is an epoch of the other.</returns>
    /// <exception cref="ArgumentException">The name is empty. While enumerating: the name is taken, or the number of samples differs.</exception>
    /// <example>
    /// <code>
    /// data.With("mismatched", batch => batch.Condition!.roll(1, 0)) // the condition of another sample
    /// </code>
    /// </example>
    public Batches With(string name, Func<Batch, Tensor> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(make);
        return new BatchesWith(this, name, make);
    }

    private sealed class BatchesWith(Batches batches, string name, Func<Batch, Tensor> make) : Batches
    {
        public override int Count => batches.Count;

        public override long BatchSize => batches.BatchSize;

        public override void VisitState(StateVisitor visitor) => batches.VisitState(visitor);

        public override IEnumerator<Batch> GetEnumerator()
        {
            foreach (var batch in batches)
            {
                using var more = Add(batch);
                yield return more;
            }
        }

        private Batch Add(Batch batch)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var made = make(batch) ?? throw new InvalidOperationException($"What makes the batches' tensor '{name}' returned null.");
            return batch.With(name, made);
        }
    }
}
