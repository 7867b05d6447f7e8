using System.Buffers.Binary;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Puts back what TorchSharp's <c>get_rng_state</c>, or PyTorch's, has kept of a random source.</summary>
public static class RandomState
{
    // libtorch's layout: seed (8 bytes), left (4), seeded (4), next (8), 624 numbers of 8, and what a normal draw left over.
    private const int Length = 5056;
    private const int Numbers = 624;

    /// <summary>
    /// Puts a random state back, of the processor's default source or of another. TorchSharp's <c>set_rng_state</c> and
    /// <c>set_state</c> end the process where libtorch refuses a state; this asks first.
    /// </summary>
    /// <param name="state">
    /// The state: 5056 bytes. PyTorch's is the same, and its checkpoints often have one; that of a GPU is another.
    /// </param>
    /// <param name="generator">The source; the processor's default one when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">It is no random state: the type, the length or what is in it. The source goes on
    /// as it was.
    /// </exception>
    /// <example><code>
    /// if (checkpoint.GetValueOrDefault("rng_state") is PyTorchTensor saved) // of a PyTorchFile
    ///     RandomState.Restore(saved.Read());
    /// </code></example>
    public static void Restore(Tensor state, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (Fault(state) is { } fault)
            throw new ArgumentException(fault, nameof(state));
        using var scope = NewDisposeScope();
        var plain = state.cpu().contiguous();
        if (generator is null)
            set_rng_state(plain);
        else
            generator.set_state(plain);
    }

    /// <summary>The processor's default source.</summary>
    internal static void Visit(StateVisitor visitor)
    {
        using var scope = NewDisposeScope();
        var state = get_rng_state();
        visitor.Tensor("cpu", state, Fault);
        if (visitor.IsLoading)
            Restore(state);
    }

    /// <summary>Why it is no state of a processor's source; null where it is one.</summary>
    private static string? Fault(Tensor state)
    {
        if (state.dtype != ScalarType.Byte || state.numel() != Length)
        {
            return $"A random state of the processor has {Length} bytes, but this is a tensor of {state.dtype} and of shape "
                + $"{state.Describe()}. get_rng_state() gives one; a GPU's is another.";
        }

        using var scope = NewDisposeScope();
        var plain = state.cpu().contiguous();
        var bytes = plain.bytes.ToArray();
        var (left, seeded) = (ReadInt(8), ReadInt(12));
        return left is < 1 or > Numbers || seeded == 0 || (uint)ReadInt(16) > Numbers
            ? "These bytes are no random state: it would be at number "
                + $"{(uint)ReadInt(16)} of {Numbers}, with {left} left, and {(seeded == 0 ? "never" : "once")} seeded."
            : null;

        int ReadInt(int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset));
    }
}
