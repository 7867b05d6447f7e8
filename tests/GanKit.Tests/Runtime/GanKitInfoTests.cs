using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GanKit.Tests.Runtime;

public class GanKitInfoTests
{
    [Fact]
    public void Collect_BackendLoads_IsComplete()
    {
        var info = GanKitInfo.Collect();

        Assert.Null(info.Problem);
        Assert.Equal("0.107.0", info.TorchSharpVersion);
        Assert.StartsWith("2.10.0", info.LibtorchVersion);
        Assert.Contains(info.Backend, new[] { "cpu", "cuda" });
        Assert.Equal(torch.get_num_threads(), info.Threads);
        Assert.Contains("cpu", info.DeviceNames);
    }

    [Fact]
    public void ToString_HasALineForEachFact()
    {
        var info = GanKitInfo.Collect();
        var lines = info.ToString().Split(Environment.NewLine);

        Assert.Contains($"GanKit       {info.Version}", lines);
        Assert.Contains($"backend      {info.Backend}", lines);
        Assert.Contains($"runtime      {info.Runtime}", lines);
        Assert.Contains(
            $"threads      {info.Threads} of {info.Processors} processors, {info.ProcessorInstructions}", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("problem", StringComparison.Ordinal));
        Assert.Equal(info.Contention is not null, lines.Any(line => line.StartsWith("processor ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, "AVX2")]
    [InlineData("", "AVX2")]
    [InlineData("nonsense", "AVX2")]
    [InlineData("AVX512", "AVX-512, as ATEN_CPU_CAPABILITY asks")]
    [InlineData("default", "baseline, as ATEN_CPU_CAPABILITY asks")]
    public void InstructionSet_WithVariable_FollowsIt(string? asked, string expected) =>
        Assert.Equal(expected, InstructionSet.Name(asked, processor: "AVX2"));

    /// <summary>In a program that was compiled ahead of time, the runtime's answers are fixed, and the processor itself is asked.</summary>
    [Fact]
    public void InstructionSet_OfThisProcessor_IsWhatTheRuntimeFinds()
    {
        var wide = Avx512F.VL.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported;

        Assert.Equal(!X86Base.IsSupported || wide, InstructionSet.Has16Bits);
        Assert.Equal(
            wide ? "AVX-512" : Avx2.IsSupported && Fma.IsSupported ? "AVX2" : AdvSimd.IsSupported ? "NEON" : "baseline",
            InstructionSet.OfProcessor);
    }

    [Fact]
    public void GpuModel_DriverFolder_NamesEachInOrder()
    {
        var folder = Directory.CreateTempSubdirectory("gankit-gpus");
        try
        {
            Write("0000:c1:00.0", "Model: \t\t NVIDIA L4\nIRQ: 9\n");
            Write("0000:18:00.0", "Model: \t\t NVIDIA H100 80GB HBM3\nGPU UUID: \t GPU-1\n");

            Assert.Equal(["NVIDIA H100 80GB HBM3", "NVIDIA L4"], GpuModel.InFolder(folder.FullName));
            Assert.Empty(GpuModel.InFolder(Path.Combine(folder.FullName, "none")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        void Write(string bus, string text) =>
            File.WriteAllText(Path.Combine(folder.CreateSubdirectory(bus).FullName, "information"), text);
    }
}
