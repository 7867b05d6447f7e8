global using GanKit.Checkpoints;
global using TorchSharp;
global using static TorchSharp.torch;
