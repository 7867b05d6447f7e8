#!/usr/bin/env bash
# Resize of 8-bit pictures cuts off or rounds, or fails while it runs, depending on its options.
#
# Versions: Microsoft.ML.OnnxRuntime 1.31.1.
# Guess: uint8 is resized as float32 and rounded, with linear and cubic, with antialias and without, as in PyTorch.
# Seen: linear cuts the fraction off (63.75 becomes 63), linear with antialias rounds (0.98 becomes 1), cubic without
#       antialias loads and then fails in the run with an internal message about types, cubic with antialias works and
#       clips.
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

byte[] edge = [0, 0, 0, 0, 255, 255, 255, 255], ramp = [0, 1, 2, 3, 4, 5, 6, 7];
var lines = new[]
{
    $"linear, 8 to 16: {Run(edge, 16, "linear", 0)}",
    $"linear with antialias, 8 to 3: {Run(ramp, 3, "linear", 1)}",
    $"cubic, 8 to 16: {Run(edge, 16, "cubic", 0)}",
    $"cubic with antialias, 8 to 5: {Run(edge, 5, "cubic", 1)}",
};
foreach (var line in lines)
    Console.WriteLine(line);

return lines[0].Contains(" 63 191 ", StringComparison.Ordinal) && lines[1].EndsWith(": 1 4 6", StringComparison.Ordinal)
    && lines[2].Contains("fails", StringComparison.Ordinal) && lines[3].EndsWith(": 0 0 128 255 255", StringComparison.Ordinal) ? 0 : 1;

static string Run(byte[] row, int size, string mode, int antialias)
{
    using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    using var session = new InferenceSession(Onnx.Model("Resize", 18, Onnx.Byte, sizes: true, ("mode", mode), ("antialias", antialias)), options);
    try
    {
        using var results = session.Run([
            NamedOnnxValue.CreateFromTensor("x", new DenseTensor<byte>(row, [1, 1, 1, row.Length])),
            NamedOnnxValue.CreateFromTensor("s", new DenseTensor<long>(new long[] { 1, 1, 1, size }, [4]))]);
        return string.Join(" ", results[0].AsTensor<byte>().ToArray());
    }
    catch (OnnxRuntimeException exception)
    {
        return $"fails: {exception.Message[..Math.Min(80, exception.Message.Length)]}";
    }
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
