using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>One entry of PyTorch's <c>torch.autocast</c>, and its exit when disposed.</summary>
internal sealed class AutocastScope : IDisposable
{
    private const string SlowIn16Bits =
        "Convolutions in Precision.BFloat16 or Float16 then take many times as long as in Precision.Float32.";

    /// <summary>libtorch keeps all of this for each thread, and so does the order of scopes.</summary>
    [ThreadStatic]
    private static AutocastScope? _innermost;

    private readonly AutocastFunctions _functions;
    private readonly AutocastScope? _outer;
    private readonly DeviceType _device;
    private readonly bool _wasEnabled;
    private readonly bool _wasCaching;
    private readonly ScalarType _formerDtype;
    private bool _ended;

    private AutocastScope(AutocastFunctions functions, Precision precision, DeviceType device)
    {
        (_functions, _device, _outer) = (functions, device, _innermost);
        (_wasEnabled, _formerDtype, _wasCaching) = (
            functions.IsEnabled(device), functions.Dtype(device), functions.IsCaching);
        var lower = precision != Precision.Float32;
        functions.Enable(device, lower);
        if (lower)
            functions.SetDtype(device, precision.Dtype);
        functions.Enter();
        functions.SetCaching(true);
        _innermost = this;
    }

    /// <summary>Whether libtorch has lists of operators for the device; it ends the process where it has none.</summary>
    internal static bool IsFor(Device device) => device.type is DeviceType.CPU or DeviceType.CUDA or DeviceType.MPS;

    internal static IDisposable Open(Precision precision, Device device)
    {
        if (precision == Precision.Float32)
        {
            // Where there is no lower precision, there is nothing to turn off.
            return IsFor(device) && AutocastFunctions.OrNull is { } there ? new AutocastScope(there, precision, device.type)
                : new Nothing();
        }

        if (!IsFor(device))
        {
            throw new ArgumentException(
                $"The device '{device}' computes in no lower precision than float32; cpu, cuda and mps devices do.",
                nameof(device));
        }

        var scope = new AutocastScope(AutocastFunctions.Require(), precision, device.type);
        if (device.type == DeviceType.CPU && !InstructionSet.Has16Bits)
            Notices.Warn("this processor has no AVX-512, and so does not compute in 16 bits", SlowIn16Bits);
        return scope;
    }

    /// <summary>
    /// Drops the 16-bit copies of weights that this thread has made. To be called where weights change, since a scope of the user may be
    /// open. The next forward pass makes new copies.
    /// </summary>
    internal static void ForgetCasts()
    {
        if (AutocastFunctions.OrNull is { } functions)
            functions.ClearCache();
    }

    public void Dispose()
    {
        if (_ended)
            return;
        var open = _innermost;
        while (open is not null && open != this)
            open = open._outer;
        if (open is null)
        {
            throw new InvalidOperationException(
                "This scope of lower precision was opened on another thread, where it still holds: dispose it there. "
                + "Within a scope, don't await.");
        }

        _ended = true;
        // An inner scope restores this one's precision, so it has to end first.
        while (_innermost is { _ended: true } scope)
        {
            scope.Restore();
            _innermost = scope._outer;
        }
    }

    private void Restore()
    {
        if (_functions.Leave() == 0)
            _functions.ClearCache();
        _functions.Enable(_device, _wasEnabled);
        _functions.SetDtype(_device, _formerDtype);
        _functions.SetCaching(_wasCaching);
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
