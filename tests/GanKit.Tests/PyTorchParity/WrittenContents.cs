using System.Numerics;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>What the files in Written/ hold; Written/check_written.py says the same in Python.</summary>
internal static class WrittenContents
{
    public static readonly ScalarType[] Dtypes =
    [
        ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Byte, ScalarType.Int8,
        ScalarType.Int16, ScalarType.Int32, ScalarType.Int64, ScalarType.Bool, ScalarType.ComplexFloat32,
        ScalarType.ComplexFloat64,
    ];

    public static readonly Dictionary<string, Func<object?>> All = new()
    {
        ["values"] = Values,
        ["dtypes"] = AllDtypes,
        ["layouts"] = Layouts,
        ["checkpoint"] = Checkpoint,
    };

    private static Dictionary<string, object?> Values()
    {
        var shared = new List<object?> { 1, "two" };
        return new()
        {
            ["null"] = null,
            ["booleans"] = new[] { true, false },
            ["integers"] = new object[] { (byte)0, 255, 256, 65535, 65536, -1, int.MinValue, int.MaxValue, 2147483648L,
                long.MinValue, ulong.MaxValue },
            ["big"] = new List<BigInteger> { BigInteger.Pow(2, 64), -BigInteger.Pow(3, 200),
                BigInteger.Pow(2, 255 * 8 - 1) - 1 },
            ["floats"] = new List<double> { 0.1, -0.0, 1e300, double.PositiveInfinity, double.NaN, float.MaxValue,
                (double)Half.Epsilon },
            ["single"] = 0.5f,
            ["complex"] = new Complex(1.5, -2),
            ["text"] = "GAN: größer 日本 𝔊\n\0",
            ["empty text"] = "",
            ["bytes"] = new byte[] { 0, 127, 128, 255 },
            ["no bytes"] = Array.Empty<byte>(),
            ["tuple"] = new object?[] { 1, null, new object?[] { 2.5 } },
            ["betas"] = (0.5, 0.999),
            ["no tuple"] = Array.Empty<object>(),
            ["list"] = new List<object?> { new List<object?>(), 3 },
            ["names"] = new[] { "a", "b" },
            ["lazy"] = Enumerable.Range(0, 300),
            ["size"] = new long[] { 64, 3, 32, 32 },
            ["no size"] = Array.Empty<long>(),
            ["set"] = new HashSet<object?> { 1L, "b", null },
            ["texts"] = new HashSet<string> { "x" },
            ["dtype"] = ScalarType.BFloat16,
            ["device"] = new PyTorchDevice("cuda:1"),
            ["cpu"] = CPU,
            ["once"] = shared,
            ["twice"] = shared,
            ["keys"] = Keys(),
            ["no entries"] = new Dictionary<string, object?>(),
        };

        static PyTorchDict Keys()
        {
            var keys = new PyTorchDict { ["text"] = 1L, [-7] = 2L };
            keys.Set(null, 3L);
            keys.Set(true, 4L);
            keys.Set(0.5, 5L);
            keys.Set(new object?[] { "a", 1L }, 6L);
            return keys;
        }
    }

    private static Dictionary<string, Tensor> AllDtypes() =>
        Dtypes.ToDictionary(dtype => dtype.ToString().ToLowerInvariant(), dtype =>
            torch.tensor(new[] { 0, 1, 3, 100 }).view(2, 2).to_type(dtype));

    private static Dictionary<string, Tensor> Layouts()
    {
        var matrix = torch.arange(24, ScalarType.Float32).view(4, 6);
        var picture = torch.arange(48, ScalarType.Float32).view(2, 2, 3, 4);
        return new()
        {
            ["scalar"] = torch.tensor(7L),
            ["empty"] = torch.zeros(0),
            ["empty of three sizes"] = torch.zeros(2, 0, 3),
            ["one"] = torch.ones(1, 1, 1),
            ["matrix"] = matrix,
            ["transposed"] = matrix.t(),
            ["row of it"] = matrix[2],
            ["channels last"] = picture.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2),
            ["column"] = torch.arange(12, ScalarType.Float64).view(4, 3).select(1, 1),
            ["half of a storage"] = torch.arange(100, ScalarType.Int32).narrow(0, 50, 10),
            ["expanded"] = torch.tensor(new[] { 1.0, 2.0 }).view(2, 1).expand(2, 3),
            ["conjugated"] = torch.tensor(new[] { new Complex(1, 2), new Complex(3, -4) }).conj(),
            ["learns"] = torch.ones(2).requires_grad_(),
            ["parameter"] = new TorchSharp.Modules.Parameter(torch.zeros(2)),
        };
    }

    private static Dictionary<string, object?> Checkpoint()
    {
        var module = Sequential(("conv", Conv2d(1, 2, 3)), ("norm", BatchNorm2d(2)));
        using var noGrad = torch.no_grad();
        var value = 0f;
        foreach (var weight in module.state_dict().Values.Where(weight => weight.dtype == ScalarType.Float32))
            weight.copy_(torch.arange(weight.numel(), ScalarType.Float32).view(weight.shape) / 8 + value++);
        return new() { ["epoch"] = 3, ["netG"] = module, ["loss"] = 0.25 };
    }
}
