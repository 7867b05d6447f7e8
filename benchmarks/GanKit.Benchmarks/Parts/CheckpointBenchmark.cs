using GanKit.Checkpoints;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>
/// A state dict of 500 MB from a file in the system's cache, against the plain copy of that file's bytes into memory
/// that is already there, and into fresh memory, which reading a state dict needs. <c>-- checkpoint-memory</c> measures
/// the memory of the same readings.
/// </summary>
public class CheckpointBenchmark
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gankit-benchmark-").FullName;
    private string _path = null!;
    private nn.Module _network = null!;
    private Tensor _memory = null!;

    [Params("pth", "safetensors", "dat")]
    public string Format { get; set; } = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _path = Path.Combine(_folder, $"weights.{Format}");
        _network = Checkpoints.Network();
        _network.SaveWeights(_path);
        _memory = zeros(new FileInfo(_path).Length, dtype: uint8);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _network.Dispose();
        _memory.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true)]
    public void Bytes_Copy() => Copy(_memory);

    [Benchmark]
    public void Bytes_CopyIntoFreshMemory()
    {
        using var memory = empty(_memory.NumberOfElements, dtype: uint8);
        Copy(memory);
    }

    [Benchmark]
    public void StateDict_Read() => Checkpoints.ReadAndForget(_path);

    [Benchmark]
    public void Network_Load() => _network.LoadWeights(_path);

    [Benchmark]
    public void Network_Save() => _network.SaveWeights(Path.Combine(_folder, $"saved.{Format}"));

    private void Copy(Tensor memory)
    {
        using var file = File.OpenHandle(_path, options: FileOptions.SequentialScan);
        for (var position = 0; position < memory.NumberOfElements;)
            position += RandomAccess.Read(file, memory.bytes[position..], position);
    }
}
