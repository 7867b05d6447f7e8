#!/usr/bin/env bash
# The probability of a discriminator loses its order in the tail: Sigmoid is neither monotone nor positive there.
#
# Versions: Microsoft.ML.OnnxRuntime 1.31.1.
# Guess: Sigmoid of float32 is right to some units in the last place, as libtorch's is: 1.1e-7 at -16, 4.1e-8 at -17,
#        1.5e-8 at -18.
# Seen: 6.0e-8, 8.9e-8, 0: the value at -17 is above that at -16, and from -18 on it is exactly 0, so its logarithm is
#       minus infinity where the logit says -18. Above zero 17 is below 16. Softplus is right in the same places: export
#       logits, not probabilities.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>false</SelfContained>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

float[] x = [-18, -17, -16, 16, 17];
var seen = Run("Sigmoid", x);
var softplus = Run("Softplus", x);
for (var i = 0; i < x.Length; i++)
    Console.WriteLine($"x {x[i],3}: Sigmoid {seen[i]:G9}, true {1 / (1 + Math.Exp(-x[i])):G9}; Softplus {softplus[i]:G6}, true {Math.Log(1 + Math.Exp(x[i])):G6}");

return seen[0] == 0 && seen[1] > seen[2] && seen[4] < seen[3] && Math.Abs(softplus[0] / Math.Log(1 + Math.Exp(-18)) - 1) < 1e-3 ? 0 : 1;

static float[] Run(string op, float[] x)
{
    using var session = new InferenceSession(Onnx.Model(op, 13, Onnx.Float, sizes: false));
    using var results = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(x, [x.Length]))]);
    return results[0].AsTensor<float>().ToArray();
}

// One operator as an ONNX model, written field by field.
internal static class Onnx
{
    internal const int Float = 1, Byte = 2, Long = 7;

    internal static byte[] Model(string op, long opset, int type, bool sizes, params (string Name, object Value)[] attributes)
    {
        string[] inputs = sizes ? ["x", "", "", "s"] : ["x"];
        var node = Join([.. inputs.Select(i => Text(1, i)), Text(2, "y"), Text(4, op), .. attributes.Select(a => Bytes(5, Attribute(a.Name, a.Value)))]);
        byte[][] ins = sizes ? [Bytes(11, Info("x", type)), Bytes(11, Info("s", Long))] : [Bytes(11, Info("x", type))];
        var graph = Join([Bytes(1, node), Text(2, "g"), .. ins, Bytes(12, Info("y", type))]);
        return Join(Number(1, 8), Bytes(7, graph), Bytes(8, Number(2, opset)));
    }

    private static byte[] Attribute(string name, object value) => value is string text
        ? Join(Text(1, name), Text(4, text), Number(20, 3))
        : Join(Text(1, name), Number(3, (int)value), Number(20, 2));

    private static byte[] Info(string name, int type) => Join(Text(1, name), Bytes(2, Bytes(1, Number(1, type))));

    private static byte[] Join(params byte[][] parts) => parts.SelectMany(p => p).ToArray();

    private static byte[] Number(int field, long value) => Join(Varint(field << 3), Varint(value));

    private static byte[] Text(int field, string text) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] value) => Join(Varint(field << 3 | 2), Varint(value.Length), value);

    private static byte[] Varint(long value) => value < 128 ? [(byte)value] : [(byte)(value & 127 | 128), .. Varint(value >> 7)];
}
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
