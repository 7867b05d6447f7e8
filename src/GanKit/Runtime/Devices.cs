using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The devices that this process can compute on.</summary>
/// <remarks>
/// All members but <see cref="KeepHostMemory"/> load libtorch on first use, and all are thread safe. Which devices there
/// are depends on the backend package that the application references, see <see cref="NativeBackendException"/>.
/// </remarks>
public static class Devices
{
    /// <summary>The processor; always there.</summary>
    /// <exception cref="NativeBackendException">libtorch does not load.</exception>
    public static Device Cpu
    {
        get
        {
            NativeBackend.EnsureLoaded();
            return CPU;
        }
    }

    /// <summary>
    /// The fastest device: the first CUDA GPU, else the processor. Apple's GPU (<c>mps</c>) is taken only when asked for
    /// by name, because libtorch has no MPS kernels for float64 and for a number of operations.
    /// </summary>
    /// <exception cref="NativeBackendException">libtorch does not load.</exception>
    public static Device Best => CudaCount > 0 ? new Device(DeviceType.CUDA, 0) : Cpu;

    /// <summary>All devices of this process: <c>cpu</c>, <c>cuda:0</c>, <c>cuda:1</c> ..., <c>mps</c>.</summary>
    /// <exception cref="NativeBackendException">libtorch does not load.</exception>
    public static IReadOnlyList<Device> Available =>
    [
        Cpu,
        .. Enumerable.Range(0, CudaCount).Select(index => new Device(DeviceType.CUDA, index)),
        .. HasMps ? [new Device(DeviceType.MPS)] : Array.Empty<Device>(),
    ];

    /// <summary>
    /// Whether CUDA GPUs from Ampere on may compute float32 matrix products and convolutions in TensorFloat-32, which has
    /// float32's range and float16's 11 bits of mantissa: faster, and exact enough for nearly all training. It holds for
    /// the process, and changes nothing on other devices.
    /// </summary>
    /// <remarks>
    /// libtorch's own default is yes for convolutions and no for matrix products, which reads as <see langword="false"/>
    /// here; setting it sets both (<c>torch.backends.cudnn.allow_tf32</c> and
    /// <c>torch.backends.cuda.matmul.allow_tf32</c>).
    /// </remarks>
    /// <exception cref="NativeBackendException">libtorch does not load.</exception>
    public static bool AllowTensorFloat32
    {
        get
        {
            NativeBackend.EnsureLoaded();
            return backends.cuda.matmul.allow_tf32 && backends.cudnn.allow_tf32;
        }

        set
        {
            NativeBackend.EnsureLoaded();
            backends.cuda.matmul.allow_tf32 = value;
            backends.cudnn.allow_tf32 = value;
        }
    }

    /// <summary>
    /// Whether this process keeps the memory that tensors on the processor free, for the next tensors, instead of giving
    /// large blocks back to the system after each use and taking them anew: steps of convolutions gain a tenth and more.
    /// No by default; a trainer on the processor turns it on (<see cref="TrainerOptions.KeepHostMemory"/>), and so does a
    /// prepared network (<see cref="InferenceOptions.KeepHostMemory"/>). It concerns all that the process allocates through the C library.
    /// </summary>
    /// <remarks>
    /// It takes Linux with glibc; elsewhere, and where the environment already tells <c>malloc</c> what to do
    /// (<c>MALLOC_TRIM_THRESHOLD_</c>, <c>GLIBC_TUNABLES</c>, another allocator preloaded), it stays
    /// <see langword="false"/> and nothing changes. Setting it to <see langword="false"/> gives back what is free.
    /// </remarks>
    public static bool KeepHostMemory
    {
        get => HostMemory.IsKept;
        set => HostMemory.Keep(value);
    }

    /// <summary>
    /// Whether cuDNN times its convolution algorithms for each new size of input and keeps the fastest: worth it where
    /// sizes stay the same, as they do in most training, and a loss where they change all the time. It holds for the
    /// process, and changes nothing on other devices.
    /// </summary>
    /// <remarks>
    /// <see langword="false"/> by default, as libtorch's own <c>torch.backends.cudnn.benchmark</c>, which this is. The
    /// algorithm that wins may differ from run to run, and results with it in their last bits.
    /// </remarks>
    /// <exception cref="NativeBackendException">libtorch does not load.</exception>
    /// <exception cref="PlatformNotSupportedException">It is set, but this libtorch does not export the switch.</exception>
    public static bool BenchmarkConvolutions
    {
        get => ConvolutionBenchmark.OrNull is { IsOn: true };
        set
        {
            var benchmark = ConvolutionBenchmark.OrNull
                ?? throw new PlatformNotSupportedException(
                    "This libtorch does not export the switch torch.backends.cudnn.benchmark; "
                    + $"{BackendVersions.Packages} the one that this TorchSharp was made for.");
            benchmark.IsOn = value;
        }
    }

    /// <summary>Parses the name of a device, for command lines and configuration.</summary>
    /// <param name="text">
    /// <c>auto</c> (<see cref="Best"/>), <c>cpu</c>, <c>cuda</c> (the first GPU), <c>cuda:N</c> or <c>mps</c>, in any
    /// case and with blanks around.
    /// </param>
    /// <returns>The device, which is there.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException">The text names no device, or one that this process does not have.</exception>
    /// <exception cref="NativeBackendException">libtorch does not load.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Resolve(text, CudaCount, HasMps);
    }

    /// <summary>As <see cref="Parse"/>, on a machine with the given GPUs.</summary>
    internal static Device Resolve(string text, int cudaCount, bool hasMps)
    {
        var name = text.Trim().ToLowerInvariant();
        if (name is "cpu" || name is "auto" && cudaCount == 0)
            return Cpu;
        if (name is "auto" or "cuda" && cudaCount > 0)
            return new Device(DeviceType.CUDA, 0);
        if (name is "mps" && hasMps)
            return new Device(DeviceType.MPS);
        var isCuda = name is "cuda";
        if (name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name["cuda:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            if (index < cudaCount)
                return new Device(DeviceType.CUDA, index);
            isCuda = true;
        }

        var available = string.Join(", ",
            Enumerable.Range(0, cudaCount).Select(i => $"cuda:{i}").Prepend("cpu").Concat(hasMps ? ["mps"] : []));
        if (isCuda && cudaCount == 0)
            throw new ArgumentException(
                $"The device '{text}' is not available: libtorch sees no CUDA GPU. That takes an NVIDIA GPU with its "
                + "driver, and one of the packages TorchSharp-cuda-linux and TorchSharp-cuda-windows in the application "
                + $"instead of a CPU backend. Available: {available}.", nameof(text));
        throw new ArgumentException(
            isCuda || name is "mps"
                ? $"The device '{text}' is not available. Available: {available}."
                : $"'{text}' is no device. Allowed are auto, cpu, cuda, cuda:N and mps; available here: {available}.",
            nameof(text));
    }

    private static int CudaCount
    {
        get
        {
            NativeBackend.EnsureLoaded();
            return cuda.is_available() ? cuda.device_count() : 0;
        }
    }

    private static bool HasMps
    {
        get
        {
            NativeBackend.EnsureLoaded();
            return mps_is_available();
        }
    }
}
