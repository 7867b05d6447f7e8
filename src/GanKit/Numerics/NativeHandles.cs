using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Lets tensors and modules that somebody holds stand for others of libtorch's for a while: what they stand for is exchanged, and
/// neither changes. TorchSharp's objects are no more than a pointer to it.
/// </summary>
/// <remarks>
/// Copying values there and back would do too, but a graph that waits for its <c>backward()</c> would find its tensors changed, and
/// what is disposed can't be copied to. The fields are TorchSharp's own, and another version may name them otherwise:
/// <see cref="AreKnown"/> is asked first.
/// </remarks>
internal static class NativeHandles
{
    private static readonly Lazy<string?> Unknown = new(FindUnknown);

    /// <summary>Whether TorchSharp has the fields that all of this takes.</summary>
    internal static bool AreKnown => Unknown.Value is null;

    /// <summary>Throws where it has not.</summary>
    internal static void Require(string caller)
    {
        if (Unknown.Value is { } missing)
        {
            throw new PlatformNotSupportedException(
                $"{caller} exchanges what TorchSharp's objects point to, and this version of TorchSharp keeps that otherwise "
                + $"than 0.107 does ({missing}). Use GanKit with TorchSharp 0.107, or a newer GanKit.");
        }
    }

    /// <summary>Exchanges what two tensors stand for; a disposed one stands for nothing.</summary>
    internal static void Exchange(Tensor one, Tensor other)
    {
        ref var first = ref HandleOf(one);
        ref var second = ref HandleOf(other);
        (first, second) = (second, first);
    }

    /// <summary>
    /// Exchanges what two modules stand for, which for those that compute in .NET is no more than whether they train.
    /// </summary>
    internal static void Exchange(nn.Module one, nn.Module other) => Modules.Exchange(one, other);

    /// <summary>Whether a module was disposed.</summary>
    internal static bool IsDisposed(this nn.Module module) => Modules.IsDisposed(module);

    /// <summary>A module's own parameter or buffer of a name, disposed ones too, which its enumerations leave out.</summary>
    /// <returns>Nothing, where there is none.</returns>
    internal static Tensor? FindOwn(this nn.Module module, string name) => Modules.FindOwn(module, name);

    /// <summary>
    /// A module's own buffers that aren't saved (<c>persistent: false</c>), which TorchSharp's enumerations leave out.
    /// </summary>
    internal static IEnumerable<(string Name, Tensor Buffer)> UnsavedBuffers(this nn.Module module) =>
        AreKnown ? Modules.UnsavedBuffers(module) : [];

    /// <summary>Whether a module is one of TorchScript, whose weights and buffers TorchSharp shows copies of the pointers to.</summary>
    internal static bool IsScript(this nn.Module module) => module is jit.ScriptModule;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "handle")]
    private static extern ref nint HandleOf(Tensor tensor);

    private static string? FindUnknown()
    {
        using var scope = NewDisposeScope();
        try
        {
            _ = HandleOf(empty(0));
            Modules.RequireFields();
            return null;
        }
        catch (MissingFieldException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>A module's handle is of a type that none but modules see.</summary>
    private sealed class Modules : nn.Module
    {
        private Modules()
            : base(nameof(Modules))
        {
        }

        internal static void RequireFields()
        {
            using var module = new Modules();
            _ = (HandleOf(module), ParametersOf(module), BuffersOf(module));
        }

        internal static void Exchange(nn.Module one, nn.Module other)
        {
            ref var first = ref HandleOf(one);
            ref var second = ref HandleOf(other);
            (first, second) = (second, first);
        }

        internal static bool IsDisposed(nn.Module module)
        {
            var handle = HandleOf(module);
            return handle.IsInvalid || handle.IsClosed;
        }

        internal static Tensor? FindOwn(nn.Module module, string name) =>
            ParametersOf(module).TryGetValue(name, out var parameter) ? parameter
            : BuffersOf(module).TryGetValue(name, out var buffer) ? buffer.Tensor
            : null;

        internal static IEnumerable<(string Name, Tensor Buffer)> UnsavedBuffers(nn.Module module) =>
            ((IEnumerable<(string, (Tensor Tensor, bool IsPersistent))>)BuffersOf(module))
                .Where(entry => entry.Item2 is { Tensor.IsInvalid: false, IsPersistent: false })
                .Select(entry => (entry.Item1, entry.Item2.Tensor));

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_params")]
        private static extern ref OrderedDict<string, Parameter> ParametersOf(nn.Module module);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
        private static extern ref OrderedDict<string, (Tensor Tensor, bool IsPersistent)> BuffersOf(nn.Module module);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "handle")]
        private static extern ref HType HandleOf(nn.Module module);
    }
}
